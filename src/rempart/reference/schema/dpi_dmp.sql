CREATE TABLE IF NOT EXISTS dmp_choices (          -- on consulting, by episode of care
  patient INTEGER NOT NULL REFERENCES patients ON DELETE CASCADE,
  episode TEXT NOT NULL,                          -- "": outside of any
  choice TEXT NOT NULL,                           -- not_informed, not_opposed, opposed, emergency
  reason TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (patient, episode)
);

CREATE TABLE IF NOT EXISTS dmp_visits (           -- when the record was last opened, by episode
  patient INTEGER NOT NULL REFERENCES patients ON DELETE CASCADE,
  episode TEXT NOT NULL,
  time TEXT NOT NULL,                             -- UTC, 14 digits
  PRIMARY KEY (patient, episode)
);

CREATE TABLE IF NOT EXISTS dmp_counted (          -- types counted on opening a record
  level TEXT NOT NULL,
  place TEXT NOT NULL,
  type_codes TEXT NOT NULL,                       -- JSON
  PRIMARY KEY (level, place)
);

CREATE TABLE IF NOT EXISTS dmp_prefetched (
  patient INTEGER NOT NULL REFERENCES patients ON DELETE CASCADE,
  unique_id TEXT NOT NULL,
  until TEXT NOT NULL,                            -- local, AAAAMMJJ: erased after that day
  content BLOB NOT NULL,
  PRIMARY KEY (patient, unique_id)
);
