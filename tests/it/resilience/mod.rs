//! What goes wrong on the way: replication that takes its time, kills at any moment, faults of the
//! network and of the service. Whatever it is, the tenant ends with each object once, or the program
//! says what stood in the way and the same command goes on. And how long it all takes.

mod automation;
mod local;
mod objects;
mod runs;
mod tenant;
mod trap;

mod faults;
mod kills;
mod lag;
mod renewals;
mod speed;
mod together;
