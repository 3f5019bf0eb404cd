CREATE TABLE IF NOT EXISTS patients (
  id INTEGER PRIMARY KEY,
  birth_name TEXT NOT NULL DEFAULT '',
  first_birth_name TEXT NOT NULL DEFAULT '',
  birth_names TEXT NOT NULL DEFAULT '',
  used_name TEXT NOT NULL DEFAULT '',
  used_first_name TEXT NOT NULL DEFAULT '',
  birth_date TEXT NOT NULL DEFAULT '',
  sex TEXT NOT NULL DEFAULT '',
  birth_place TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL DEFAULT '',            -- codes of table 0445, comma separated
  ins_value TEXT NOT NULL DEFAULT '',
  ins_oid TEXT NOT NULL DEFAULT '',
  feeding TEXT NOT NULL DEFAULT 'NA',         -- ZFA-9
  consultation TEXT NOT NULL DEFAULT 'NA',    -- ZFA-11
  patient_messaging TEXT NOT NULL DEFAULT '', -- accepted, refused
  account TEXT NOT NULL DEFAULT '',
  visit_class TEXT NOT NULL DEFAULT '',
  visit_number TEXT NOT NULL DEFAULT '',
  visit_unit TEXT NOT NULL DEFAULT '',
  admitted TEXT NOT NULL DEFAULT '',
  discharged TEXT NOT NULL DEFAULT '',
  deceased TEXT NOT NULL DEFAULT ''           -- PID-29, or Y of PID-30
);

CREATE TABLE IF NOT EXISTS identifiers (
  value TEXT NOT NULL,
  authority_id TEXT NOT NULL,
  authority_name TEXT NOT NULL,
  authority_type TEXT NOT NULL,
  patient INTEGER NOT NULL REFERENCES patients ON DELETE CASCADE,
  PRIMARY KEY (value, authority_id)
);

CREATE TABLE IF NOT EXISTS movements (
  id TEXT PRIMARY KEY,                        -- ZBE-1
  patient INTEGER NOT NULL REFERENCES patients ON DELETE CASCADE,
  event TEXT NOT NULL,
  cancelled INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS received (         -- messages already answered AA, by sender, MSH-10 and content
  sender TEXT NOT NULL,
  control_id TEXT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (sender, control_id, digest)
);

CREATE TABLE IF NOT EXISTS outbox (
  control_id TEXT PRIMARY KEY,
  chain TEXT NOT NULL,                        -- messages of one chain leave one after another
  message BLOB NOT NULL,
  state TEXT NOT NULL DEFAULT 'pending',      -- pending, accepted, error, rejected
  detail TEXT NOT NULL DEFAULT '',
  error_code TEXT NOT NULL DEFAULT '',        -- of the acknowledgement: ERR-5, else ERR-3
  error_label TEXT NOT NULL DEFAULT '',
  attempts INTEGER NOT NULL DEFAULT 0,
  done INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS traces (
  time TEXT NOT NULL,
  event TEXT NOT NULL,
  detail TEXT NOT NULL,
  patient INTEGER,
  author TEXT NOT NULL DEFAULT '',            -- who was authenticated
  request TEXT NOT NULL DEFAULT '',           -- what was asked of a server
  answer TEXT NOT NULL DEFAULT ''             -- what it said, failures included
);
