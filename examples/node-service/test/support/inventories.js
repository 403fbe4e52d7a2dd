// What is scanned: accounts written by hand, of the shape that anybody can write.

export const MARKUP = "<img src=x onerror=alert(1)>";

export const MEADOW = {
  account_id: "123456789012",
  region: "us-east-1",
  collected_at: "2026-01-31T12:00:00Z",
  account_public_access_block: false,
  s3_buckets: [
    { name: "meadow-photos", public: true, versioning: false, tags: { team: "web" } },
    { name: "meadow-payroll", public: false, public_access_block: true, versioning: true },
    // Says next to nothing of itself, so most verdicts on it are unknown.
    { name: "meadow-logs" },
  ],
};

// Both names and tags can say anything in a file, whatever AWS allows.
export const HOSTILE = {
  account_id: "123456789012",
  s3_buckets: [{ name: MARKUP, public: true, versioning: false, tags: { "</td><script>alert(2)</script>": "line\nfeed" } }],
};

/** An account with so many buckets; each gives several findings. @param {number} buckets */
export const many = (buckets) => ({
  account_id: "123456789012",
  s3_buckets: Array.from({ length: buckets }, (_, n) => ({
    name: `bucket-${String(n).padStart(5, "0")}`,
    public: true,
    versioning: false,
  })),
});
