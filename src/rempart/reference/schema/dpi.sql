CREATE TABLE IF NOT EXISTS documents (
  ref TEXT PRIMARY KEY,
  patient INTEGER NOT NULL REFERENCES patients ON DELETE CASCADE,
  unique_id TEXT NOT NULL,
  set_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  type_code TEXT NOT NULL,
  title TEXT NOT NULL,
  level TEXT NOT NULL,
  origin TEXT NOT NULL,
  organisation TEXT NOT NULL,                 -- Struct_IdNat of its author
  status TEXT NOT NULL DEFAULT 'current',
  replaces TEXT NOT NULL DEFAULT '',
  created TEXT NOT NULL DEFAULT '',           -- effectiveTime of the CDA
  received TEXT NOT NULL DEFAULT '',
  critical INTEGER NOT NULL DEFAULT 0,        -- a result of biology is AA, HH or LL
  wanted TEXT NOT NULL DEFAULT '',            -- JSON of composing.Wanted, for those produced here
  act_date TEXT NOT NULL DEFAULT '',          -- AAAAMMJJ, when the act is past
  episode TEXT NOT NULL DEFAULT '',           -- number of the stay that it belongs to
  local_type TEXT NOT NULL DEFAULT '',        -- of the establishment's own list
  cda BLOB NOT NULL
);

CREATE TABLE IF NOT EXISTS drafts (           -- written, not validated yet
  ref TEXT PRIMARY KEY,
  patient INTEGER NOT NULL REFERENCES patients ON DELETE CASCADE,
  wanted TEXT NOT NULL                        -- JSON of composing.Wanted
);

CREATE TABLE IF NOT EXISTS settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS orders (           -- what was asked of the PFI, by MSH-10
  control_id TEXT PRIMARY KEY REFERENCES outbox,
  document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
  action TEXT NOT NULL,
  request TEXT NOT NULL,                      -- JSON of sending.Request
  time TEXT NOT NULL DEFAULT ''               -- AAAAMMJJhhmmss±ZZZZ
);

CREATE TABLE IF NOT EXISTS deliveries (       -- one line per channel and recipient of an order
  control_id TEXT NOT NULL REFERENCES orders ON DELETE CASCADE,
  channel TEXT NOT NULL,
  recipient TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending',
  error_code TEXT NOT NULL DEFAULT '',
  error_label TEXT NOT NULL DEFAULT ''
);

CREATE TABLE IF NOT EXISTS plans (            -- orders to the DMP that wait for their time
  document TEXT PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
  due REAL NOT NULL,                          -- seconds since the epoch
  request TEXT NOT NULL,                      -- JSON of sending.Request
  state TEXT NOT NULL                         -- waiting, held, cancelled, blocked, left
);

CREATE TABLE IF NOT EXISTS stays (
  id INTEGER PRIMARY KEY,                     -- in the order of openings
  number TEXT NOT NULL,                       -- PV1-19
  patient INTEGER NOT NULL REFERENCES patients ON DELETE CASCADE,
  class TEXT NOT NULL,
  unit TEXT NOT NULL,
  admitted TEXT NOT NULL,
  closed TEXT NOT NULL DEFAULT ''             -- of the discharge; "" while the patient is here
);

CREATE TABLE IF NOT EXISTS mails (            -- the mail that a document came with
  document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
  message_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL
);
