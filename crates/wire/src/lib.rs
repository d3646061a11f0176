//! The one HTTP transport: TLS, proxy, private CA, timeouts, retries, rate governor, request ids, redaction, clock.
