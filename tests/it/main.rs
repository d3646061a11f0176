//! The one integration binary.

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod canary;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod judges;
#[cfg(test)]
mod resilience;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod secret_service;
