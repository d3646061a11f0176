//! The one integration binary.

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod judges;
#[cfg(test)]
mod resilience;
#[cfg(test)]
mod scenarios;
