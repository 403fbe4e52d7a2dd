// A worker that scans the sample.

import { parentPort } from "node:worker_threads";
import { Rules, rule, sample, scan } from "cspm";

const named = rule({ id: "zz_bucket_named", kind: "aws_s3_bucket", title: "Named" }, (of) => of.name !== "");
await scan(sample(), new Rules({ builtin: false, extra: [named] }));
const report = await scan(sample(), new Rules({ frameworks: ["cis_aws_7.0"] }));
parentPort.postMessage(report.toString("csv"));
