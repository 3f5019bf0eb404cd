CREATE TABLE IF NOT EXISTS mss_items (         -- documents handed over by the PFI that a person has to decide about
  item TEXT PRIMARY KEY,
  unique_id TEXT NOT NULL,
  kind TEXT NOT NULL,                         -- new, replacement, deletion
  replaces TEXT NOT NULL,                     -- unique id of the version that it replaces
  reason TEXT NOT NULL,
  received TEXT NOT NULL,
  message BLOB NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting'       -- waiting, integrated, replaced, deleted, discarded
);

CREATE TABLE IF NOT EXISTS mss_operations (    -- everything that was done with a document that came by MSSanté
  unique_id TEXT NOT NULL,
  type_code TEXT NOT NULL,
  time TEXT NOT NULL,
  operation TEXT NOT NULL,
  detail TEXT NOT NULL,
  user TEXT NOT NULL                          -- "": the DPI by itself
);
