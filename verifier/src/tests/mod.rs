mod bytes;
mod gaps;
mod stand_in;
mod transcript;
