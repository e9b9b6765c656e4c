import assert from "node:assert/strict";
import { test } from "node:test";
import { assertLinear } from "@dragoman/testing/linear";
import fc from "fast-check";
import type { DumpItem } from "./dump-item.ts";
import { SqlDump } from "./sql-dump.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What a dump holds, given in pieces that end at `cuts`. */
function read(content: string | Uint8Array, cuts: readonly number[] = []): readonly DumpItem[] {
  const bytes = typeof content === "string" ? bytesOf(content) : content;
  const dump = new SqlDump(() => true);
  const ends = [...new Set([...cuts.filter((cut) => cut < bytes.length), bytes.length])].sort(
    (a, b) => a - b,
  );
  const items: DumpItem[] = [];
  let from = 0;
  for (const end of ends) {
    items.push(...dump.push(bytes.subarray(from, end)));
    from = end;
  }
  return [...items, ...dump.end()];
}

/** Rows as their values, faults as their reason with line and row. */
const shortOf = (items: readonly DumpItem[]): readonly unknown[] =>
  items.map((item) =>
    item.kind === "row" ? item.cells : `${item.why} ${item.table} ${item.line}:${item.row}`,
  );

const create =
  "CREATE TABLE `t` (\n  `id` int NOT NULL,\n  `text` longtext\n) DEFAULT CHARSET=utf8mb4;\n";

test("values are read in every form in which they are written", () => {
  const values = [
    ["'it\\'s'", "it's"],
    ["'it''s'", "it's"],
    ['"say \\"x\\""', 'say "x"'],
    ["'a\\nb\\r\\0\\Z\\t\\\\'", "a\nb\r\0\u001a\t\\"],
    ["'\\%\\_\\q'", "%_q"],
    ["NULL", null],
    ["-12", "-12"],
    ["1.5e3", "1.5e3"],
    ["0xD0AF", "Я"],
    ["x'4869'", "Hi"],
    ["_binary 'raw'", "raw"],
    ["_utf8mb4'😀'", "😀"],
    ["TRUE", "1"],
    ["''", ""],
    ["'); DROP (1,2),('", "); DROP (1,2),("],
  ] as const;
  for (const [written, wanted] of values) {
    const items = read(`${create}INSERT INTO \`t\` VALUES (1,${written}),(2 , NULL);`);
    assert.deepEqual(
      shortOf(items),
      [
        ["1", wanted],
        ["2", null],
      ],
      written,
    );
  }
});

test("what is no row is passed over: comments, other statements, triggers, other delimiters", () => {
  const dump = `-- it's a comment; INSERT INTO t VALUES (0,'x');
# another's
/* INSERT INTO \`t\` VALUES (0,'x'); */
/*!50003 CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET @a = ';' */;
${create}
DELIMITER ;;
CREATE PROCEDURE p() BEGIN INSERT INTO t VALUES (0,'x'); SELECT ';;'; END ;;
DELIMITER ;
LOCK TABLES \`t\` WRITE;
INSERT IGNORE INTO \`db\`.\`t\` (\`text\`, \`id\`) VALUES
('b',
2),
('c',3) ON DUPLICATE KEY UPDATE id = 'x(1),(2)';
REPLACE INTO t VALUES (4,'d');
UNLOCK TABLES;
`;
  const items = read(dump);
  assert.deepEqual(shortOf(items), [
    ["b", "2"],
    ["c", "3"],
    ["4", "d"],
  ]);
  assert.deepEqual(
    items.map(({ line, row }) => [line, row]),
    [
      [15, 1],
      [17, 2],
      [18, 3],
    ],
  );
});

test("what is broken costs its row, and the row says where it was", () => {
  const dump = `${create}INSERT INTO \`t\` VALUES (1,'a'),(2,b;b'),(3,'c'),(4),(5,'e','f'),
(6,'g'),(7,'h\u0000'x),(8,'i')(9,'j'),(10,'k');
INSERT INTO \`t\` VALUES (11,'l`;
  assert.deepEqual(shortOf(read(dump)), [
    ["1", "a"],
    "unreadable t 5:2",
    ["3", "c"],
    "columns t 5:4",
    "columns t 5:5",
    ["6", "g"],
    "unreadable t 6:7",
    ["8", "i"],
    ["9", "j"],
    ["10", "k"],
    "cut t 7:11",
  ]);
});

test("a quote that is missing does not swallow the rows behind it", () => {
  const dump = `${create}INSERT INTO t VALUES (1,'a),(2,'b'),(3,'c'),(4,'d');\nINSERT INTO t VALUES (5,'e');\n`;
  const rows = shortOf(read(dump));
  assert.deepEqual(rows.slice(-3), [
    ["3", "c"],
    ["4", "d"],
    ["5", "e"],
  ]);
  assert.ok(rows.includes("unreadable t 5:1"), JSON.stringify(rows));
});

test("a table that nothing is said of has no columns", () => {
  assert.deepEqual(shortOf(read("INSERT INTO `u` VALUES (1,2);")), ["no_table null 1:1"]);
});

test("however a dump is cut into pieces, it says the same", () => {
  const dump = bytesOf(
    `/*!40101 SET NAMES utf8 */;\n${create}INSERT INTO \`t\` VALUES (1,'a\\'''я😀'),(2,),(3,0xD0AF),\n(4,_binary 'x\\\\');\n` +
      "DELIMITER ;;\nCREATE PROCEDURE p() BEGIN SELECT ';'; END ;;\nDELIMITER ;\nINSERT INTO t VALUES (5,'y');\n/*!40103 SET TIME_ZONE='+00:00' */;\n",
  );
  const whole = read(dump);
  assert.equal(whole.length, 5);
  assert.deepEqual(read(dump, Array.from(dump.keys())), whole, "byte by byte");
  fc.assert(
    fc.property(fc.array(fc.nat(dump.length)), (cuts) => assert.deepEqual(read(dump, cuts), whole)),
  );
});

test("no bytes make it throw or stand still", () => {
  const pieces = fc.constantFrom(
    "(",
    ")",
    ",",
    "'",
    '"',
    "`",
    "\\",
    ";",
    "\n",
    "1",
    "NULL",
    "0x",
    "_binary ",
    "/*",
    "*/",
    "--",
    "INSERT INTO t VALUES ",
    create,
    "DELIMITER ;;\n",
    "VALUES",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), fc.array(fc.nat(400)), (parts, cuts) => {
      const text = parts.join("");
      assert.deepEqual(shortOf(read(text, cuts)), shortOf(read(text)));
    }),
  );
});

test("the time is linear: many rows, long texts, small pieces, and what is broken", () => {
  const begun = `${create}INSERT INTO t VALUES `;
  const hard = [
    [begun, "(1,'abc\\'d'),"],
    [`${begun}(1,'`, "x\\n"],
    [`${begun}(1,b),`, "),(1,'x"],
    [`${begun}(1,b),`, "),(1,"],
    ["SELECT '", "VALUES "],
    ["/*", "(1,"],
  ] as const;
  for (const [head, piece] of hard) {
    assertLinear(piece, (text) => {
      const dump = new SqlDump(() => true);
      const bytes = bytesOf(head + text);
      for (let at = 0; at < bytes.length; at += 4_096) dump.push(bytes.subarray(at, at + 4_096));
      return dump.end();
    });
  }
});
