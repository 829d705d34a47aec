//! Scores the complexity of a whole conversation from 0 to 100 and estimates its tokens; pure, never does I/O.
