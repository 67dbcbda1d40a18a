mod bytes;
mod cheating;
mod gaps;
mod stand_in;
mod transcript;
