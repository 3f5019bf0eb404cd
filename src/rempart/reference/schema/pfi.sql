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
  reading_receipt INTEGER NOT NULL,
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

CREATE TABLE IF NOT EXISTS sent_mails (       -- the same bytes at each attempt
  id INTEGER PRIMARY KEY,
  message BLOB NOT NULL,
  message_id TEXT NOT NULL,
  recipients TEXT NOT NULL,                   -- addresses, comma separated
  line INTEGER REFERENCES channels,           -- of an order; NULL for a notification
  state TEXT NOT NULL DEFAULT 'waiting',      -- waiting, sent, failed
  attempts INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS sent_mails_waiting ON sent_mails (state, attempts, id);
CREATE INDEX IF NOT EXISTS sent_mails_identifier ON sent_mails (message_id);

CREATE TABLE IF NOT EXISTS deliveries (       -- documents of one mail on their way to the DPI
  control_id TEXT PRIMARY KEY REFERENCES outbox,
  mail INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS received_mails (
  id INTEGER PRIMARY KEY,
  message BLOB NOT NULL,
  answered INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS dmp_orders (       -- what the DMP is to be asked, until it has answered
  id INTEGER PRIMARY KEY,
  line INTEGER NOT NULL REFERENCES channels,
  action TEXT NOT NULL,                       -- initial, replace, delete
  unique_id TEXT NOT NULL,
  replaced_id TEXT NOT NULL,
  patient TEXT NOT NULL,                      -- CX of the INS
  user TEXT NOT NULL,                         -- the person of the order, and the structure: author of the submission
  family TEXT NOT NULL,
  given TEXT NOT NULL,
  structure TEXT NOT NULL,
  structure_name TEXT NOT NULL,
  secret INTEGER NOT NULL,                    -- connexion secrète
  hidden TEXT NOT NULL,                       -- confidentiality codes beside that of the document, comma separated
  visit TEXT NOT NULL,                        -- PV1-2
  not_before TEXT NOT NULL,                   -- UTC, 14 digits; '' for at once
  lot_id TEXT NOT NULL,                       -- the same at each attempt: what the DMP knows a resending by
  signature_id TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting',      -- waiting, done, failed, cancelled
  attempts INTEGER NOT NULL DEFAULT 0,
  unsure INTEGER NOT NULL DEFAULT 0           -- an attempt may have been obeyed though no answer came
);
CREATE INDEX IF NOT EXISTS dmp_orders_waiting ON dmp_orders (state, id);
CREATE INDEX IF NOT EXISTS dmp_orders_document ON dmp_orders (unique_id, state);

CREATE TABLE IF NOT EXISTS instance (         -- this installation: the same sourceId in all that it submits
  source_id TEXT NOT NULL
);
