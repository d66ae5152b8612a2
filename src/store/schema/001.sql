-- 001.sql: chats, their messages as a tree, the pieces of a message, and settings
--
-- Times are µs since 1970, durations µs, sizes bytes. Kinds, roles, states and sources are the values of the enums in
-- src/model, which only grow. Only what a stock sqlite3 reads: no virtual table, no function or collation of ours.

PRAGMA application_id = 0x4c6f6265;  -- "Lobe"

CREATE TABLE chat (
  id            TEXT    NOT NULL PRIMARY KEY,
  title         TEXT,
  title_source  INTEGER NOT NULL DEFAULT 0,
  created       INTEGER NOT NULL,
  updated       INTEGER NOT NULL,
  server        TEXT,
  model         TEXT,
  system_prompt TEXT,
  draft         TEXT,
  leaf_id       TEXT,     -- where the path that is shown ends; no reference, as the message comes after the chat
  deleted_at    INTEGER   -- set while Undo can still bring it back
) STRICT;

CREATE INDEX chat_updated ON chat (updated) WHERE deleted_at IS NULL;
CREATE INDEX chat_deleted ON chat (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE message (
  id                TEXT    NOT NULL PRIMARY KEY,
  chat_id           TEXT    NOT NULL REFERENCES chat (id) ON DELETE CASCADE,
  -- No reference: an answer must be storable though its question was lost, and SQLite refuses to cascade down a chain of
  -- more than 1,000. A message whose parent is missing is read as the first of its own path.
  parent_id         TEXT,
  role              INTEGER NOT NULL,
  state             INTEGER NOT NULL,
  created           INTEGER NOT NULL,
  server            TEXT,
  model             TEXT,
  n_blocks          INTEGER NOT NULL DEFAULT 0,
  stop_reason       INTEGER NOT NULL DEFAULT 0,
  think_time        INTEGER,
  prompt_tokens     INTEGER,
  cached_tokens     INTEGER,
  completion_tokens INTEGER,
  reasoning_tokens  INTEGER,
  tokens_per_second REAL,
  error_code        INTEGER,
  error_text        TEXT,
  owner             TEXT      -- while it streams: the lock file of the process that writes it
) STRICT;

CREATE INDEX message_chat ON message (chat_id, created, id);
CREATE INDEX message_parent ON message (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX message_streaming ON message (owner) WHERE state = 1;

CREATE TABLE part (
  message_id TEXT    NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  position   INTEGER NOT NULL,
  kind       INTEGER NOT NULL,
  text       TEXT    NOT NULL DEFAULT '',
  name       TEXT,
  call_id    TEXT,
  mime_type  TEXT,
  hash       TEXT,      -- SHA-256 of the content, which is in attachments/ab/cdef…
  size       INTEGER,
  PRIMARY KEY (message_id, position)
) STRICT;

CREATE INDEX part_hash ON part (hash) WHERE hash IS NOT NULL;

-- What came since the part was written. A checkpoint adds a row here and so costs what is new, not the whole answer.
CREATE TABLE tail (
  message_id TEXT    NOT NULL,
  position   INTEGER NOT NULL,
  start      INTEGER NOT NULL,   -- bytes of the part's text before this piece
  text       TEXT    NOT NULL,
  PRIMARY KEY (message_id, position, start),
  FOREIGN KEY (message_id, position) REFERENCES part (message_id, position) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A part with all that is known of its text.
CREATE VIEW part_text AS
  SELECT p.message_id, p.position, p.kind,
         p.text || coalesce ((SELECT group_concat (text, '')
                                FROM (SELECT text FROM tail
                                        WHERE message_id = p.message_id AND position = p.position
                                        ORDER BY start)), '') AS text,
         p.name, p.call_id, p.mime_type, p.hash, p.size
    FROM part AS p;

-- A message with what was said and what was thought, also while it streams.
CREATE VIEW message_text AS
  SELECT m.id AS message_id, m.chat_id, m.role, m.state,
         coalesce ((SELECT group_concat (text, '')
                      FROM (SELECT text FROM part_text WHERE message_id = m.id AND kind = 0 ORDER BY position)), '') AS text,
         coalesce ((SELECT group_concat (text, '')
                      FROM (SELECT text FROM part_text WHERE message_id = m.id AND kind = 1 ORDER BY position)), '') AS reasoning
    FROM message AS m;
