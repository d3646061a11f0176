//! Who we are: sign-in, tokens, certificate credentials, consent.
