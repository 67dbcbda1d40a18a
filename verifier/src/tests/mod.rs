mod bytes;
mod cheating;
mod gaps;
mod reference;
mod stand_in;
mod transcript;
