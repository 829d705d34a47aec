//! Development only: scripted upstream, manual clock and the layering test.
