//! The providers' files and the code agree, both ways; and files of a user's own do what the built-in ones do.

mod command;
mod detection;
mod families;
mod files;
mod layers;
mod shared;
mod strangers;
mod vectors;
