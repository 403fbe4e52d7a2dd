//! The functions that a query may call. What is not here could write, tell of the process, or make a great deal of nothing.

/// Of SQLite's own functions, beside those of JSON.
const OFFERED: &[&str] = &[
    "->",
    "->>",
    "abs",
    "avg",
    "ceil",
    "ceiling",
    "char",
    "coalesce",
    "concat",
    "concat_ws",
    "count",
    "cume_dist",
    "current_date",
    "current_time",
    "current_timestamp",
    "date",
    "datetime",
    "dense_rank",
    "exp",
    "first_value",
    "floor",
    "format",
    "glob",
    "group_concat",
    "hex",
    "ifnull",
    "iif",
    "if",
    "instr",
    "julianday",
    "lag",
    "last_value",
    "lead",
    "length",
    "like",
    "likelihood",
    "likely",
    "ln",
    "log",
    "log10",
    "log2",
    "lower",
    "ltrim",
    "max",
    "median",
    "min",
    "mod",
    "nth_value",
    "ntile",
    "nullif",
    "octet_length",
    "percent_rank",
    "pi",
    "pow",
    "power",
    "printf",
    "quote",
    "random",
    "rank",
    "replace",
    "round",
    "row_number",
    "rtrim",
    "sign",
    "sqlite_version",
    "sqrt",
    "strftime",
    "string_agg",
    "subtype",
    "substr",
    "substring",
    "sum",
    "time",
    "timediff",
    "total",
    "trim",
    "trunc",
    "typeof",
    "unhex",
    "unicode",
    "unistr",
    "unixepoch",
    "unlikely",
    "upper",
];

/// Those whose work grows with the product of the lengths of two texts, during which nothing can stop them.
const QUADRATIC: &[&str] = &["instr", "json_patch", "jsonb_patch", "ltrim", "replace", "rtrim", "trim"];

pub(crate) fn is_offered(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    OFFERED.contains(&&*name)
        || ["json", "jsonb"].contains(&&*name)
        || name.starts_with("json_")
        || name.starts_with("jsonb_")
}

pub(crate) fn is_quadratic(name: &str) -> bool {
    QUADRATIC.contains(&&*name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dangerous_is_not_offered() {
        for name in [
            "load_extension",
            "writefile",
            "readfile",
            "edit",
            "fts3_tokenizer",
            "sqlite_log",
            "zeroblob",
            "randomblob",
        ] {
            assert!(!is_offered(name), "{name}");
        }
        assert!(is_offered("JSON_EXTRACT") && is_offered("->>") && is_offered("count"));
        assert!(is_quadratic("REPLACE"));
    }
}
