//! The product as one piece: opens the configuration, composes the use cases, holds what both faces show.
