//! The npm package `cspm`: the facade, in the types of JavaScript.
