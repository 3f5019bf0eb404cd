CREATE TABLE IF NOT EXISTS documents (
  id INTEGER PRIMARY KEY,
  unique_id TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'current',
  type_code TEXT NOT NULL,
  ins_value TEXT NOT NULL,
  ins_oid TEXT NOT NULL,
  cda BLOB NOT NULL
);

CREATE TABLE IF NOT EXISTS orders (
  id INTEGER PRIMARY KEY,
  control_id TEXT NOT NULL,                   -- MSH-10: unique to its sender only
  sender TEXT NOT NULL,                       -- MSH-3 and MSH-4, tab between them
  environment TEXT NOT NULL,                  -- MSH-11
  document INTEGER NOT NULL REFERENCES documents,
  action TEXT NOT NULL,
  reception_receipt INTEGER NOT NULL,
  restrictions TEXT NOT NULL DEFAULT ''       -- metadata of visibility that are Y, comma separated
);

CREATE TABLE IF NOT EXISTS channels (         -- what has to be transmitted downstream, and what came of it
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders,
  channel TEXT NOT NULL,
  recipient TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending',
  error_code TEXT NOT NULL DEFAULT '',
  error_label TEXT NOT NULL DEFAULT ''
);

CREATE TABLE IF NOT EXISTS sent_mails (
  id INTEGER PRIMARY KEY,
  message BLOB NOT NULL
);

CREATE TABLE IF NOT EXISTS deliveries (       -- documents of one mail on their way to the DPI
  control_id TEXT PRIMARY KEY REFERENCES outbox,
  mail INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS received_mails (
  id INTEGER PRIMARY KEY,
  message BLOB NOT NULL,
  answered INTEGER NOT NULL DEFAULT 0
);
