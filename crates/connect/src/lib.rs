//! Wizard steps, app registration, certificates, the connection tester.
