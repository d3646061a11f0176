use std::time::{Duration, Instant};

/// So many requests a second, with one second's worth at once.
#[derive(Debug)]
pub(crate) struct Throttle {
    rate: f64,
    tokens: f64,
    at: Instant,
}

impl Throttle {
    pub(crate) fn new(rate: f64, now: Instant) -> Self {
        Self {
            rate,
            tokens: rate.max(1.0),
            at: now,
        }
    }

    /// Lets a request through, or says how long to wait until one would be let through.
    pub(crate) fn take(&mut self, now: Instant) -> Result<(), Duration> {
        let passed = now.duration_since(self.at).as_secs_f64();
        self.at = now;
        self.tokens = self
            .rate
            .mul_add(passed, self.tokens)
            .min(self.rate.max(1.0));
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64(
            ((1.0 - self.tokens) / self.rate).clamp(0.0, 3600.0),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beyond_the_rate_waits_until_the_second_is_over() {
        let start = Instant::now();
        let mut throttle = Throttle::new(2.0, start);
        assert!(throttle.take(start).is_ok());
        assert!(throttle.take(start).is_ok());
        let wait = throttle.take(start).unwrap_err();
        assert!((wait.as_secs_f64() - 0.5).abs() < 0.01, "{wait:?}");
        assert!(throttle.take(start + Duration::from_millis(600)).is_ok());
    }

    #[test]
    fn a_rate_below_one_still_lets_the_first_through() {
        let start = Instant::now();
        let mut throttle = Throttle::new(0.1, start);
        assert!(throttle.take(start).is_ok());
        assert!(throttle.take(start).unwrap_err() > Duration::from_secs(9));
    }
}
