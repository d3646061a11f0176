//! The simulated tenant: a loopback server that speaks Microsoft's wire and refuses what Microsoft would refuse.
