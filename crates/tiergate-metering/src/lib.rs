//! Turns usage into exact cost and savings and keeps receipts; the only crate that multiplies tokens by prices.
