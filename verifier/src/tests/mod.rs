mod bytes;
mod cheating;
mod gaps;
mod hiding;
mod reference;
mod stand_in;
mod transcript;
