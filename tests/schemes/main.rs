//! Every way of signing that a provider file can say: signed by others, verified here, and refused once it is spoilt.

mod causes;
mod clocks;
mod mistakes;
mod signing;
mod stand;
mod vectors;
