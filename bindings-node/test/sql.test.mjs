// SQL over an inventory.

import assert from "node:assert/strict";
import test from "node:test";
import { Rows, Rules, sample, scan } from "cspm";

const { inventory } = await scan(sample(), new Rules(), { collectEverything: true });

test("rows are objects in an array", async () => {
  const query = "select name, region, versioning_enabled from aws_s3_bucket order by name";
  const rows = inventory.sql(query);
  assert(rows instanceof Rows && Array.isArray(rows));
  assert.equal(rows.length, inventory.ofKind("aws_s3_bucket").length);
  assert.deepEqual(rows.columns, ["name", "region", "versioning_enabled"]);
  assert(Array.isArray(rows.unread));
  assert.deepEqual(Object.keys(rows[0]), rows.columns);
  assert.deepEqual(
    rows.map((row) => row.name),
    rows.map((row) => row.name).toSorted(),
  );
  assert.equal(rows.filter((row) => row.name === rows[0].name).constructor, Array);
  assert.deepEqual(await inventory.sqlAsync(query), rows);
  assert.deepEqual([...inventory.sql("select 1 as one")], [{ one: 1 }]);
});

test("a query that is none is an error, and nothing is written", async () => {
  assert.throws(() => inventory.sql("selec"), { code: "config" });
  assert.throws(() => inventory.sql("delete from aws_s3_bucket"), { code: "config" });
  await assert.rejects(inventory.sqlAsync("select * from no_such_table"), { code: "config" });
  assert.throws(() => inventory.sql("select 1", { timeLimits: 1 }), { code: "config" });
});

test("a query that takes too long is ended", () => {
  const endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";
  assert.throws(() => inventory.sql(endless, { timeLimit: 100 }), { name: "LimitError", code: "limit" });
});
