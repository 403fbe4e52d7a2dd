// Keeps the report of a scan with a rule in JavaScript: the process must end all the same.

import { Rules, rule, sample, scan } from "cspm";

const named = rule({ id: "zz_bucket_named", kind: "aws_s3_bucket", title: "Named" }, (of) => of.name !== "");
globalThis.kept = await scan(sample(), new Rules({ builtin: false, extra: [named] }));
