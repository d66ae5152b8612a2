-- 002.sql: servers, which models are used, how a chat is cut to the context window, figures of an answer

-- Accounts on model servers. A secret is only a reference, "keyring:…", "env:NAME" or "file:/path", never the secret itself.
CREATE TABLE server (
  id                  TEXT    NOT NULL PRIMARY KEY,
  position            INTEGER NOT NULL,
  name                TEXT    NOT NULL,
  protocol            TEXT    NOT NULL,
  url                 TEXT    NOT NULL,
  secret              TEXT,
  enabled             INTEGER NOT NULL DEFAULT 1,
  pool                TEXT,     -- servers with the same word here serve the same models and stand in for each other
  concurrency         INTEGER,  -- at most so many requests at once
  requests_per_minute INTEGER,
  options             TEXT    NOT NULL DEFAULT '{}'  -- JSON: headers, secret_headers, body, ca, certificate, key, proxy
) STRICT;

-- Version 1 had them as one text among the settings.
INSERT OR IGNORE INTO server (id, position, name, protocol, url)
  SELECT json_extract (s.value, item.fullkey || '.id'), item.key,
         coalesce (json_extract (s.value, item.fullkey || '.name'), json_extract (s.value, item.fullkey || '.id')),
         json_extract (s.value, item.fullkey || '.protocol'), json_extract (s.value, item.fullkey || '."base-url"')
    FROM setting AS s, json_each (CASE WHEN json_valid (s.value) THEN s.value ELSE '{}' END, '$.servers') AS item
   WHERE s.name = 'servers' AND json_type (s.value, item.fullkey || '.id') = 'text'
     AND json_type (s.value, item.fullkey || '.protocol') = 'text'
     AND json_type (s.value, item.fullkey || '."base-url"') = 'text';
DELETE FROM setting WHERE name = 'servers';

CREATE TABLE model_use (
  server    TEXT    NOT NULL,
  model     TEXT    NOT NULL,
  favourite INTEGER NOT NULL DEFAULT 0,
  used      INTEGER,            -- when it was chosen last
  PRIMARY KEY (server, model)
) STRICT, WITHOUT ROWID;

ALTER TABLE chat ADD COLUMN context_strategy INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chat ADD COLUMN context_messages INTEGER;  -- how many of the last messages, where the strategy counts them
ALTER TABLE chat ADD COLUMN summary TEXT;              -- of the older part, written by a model, editable
ALTER TABLE chat ADD COLUMN summary_leaf_id TEXT;      -- the last message that the summary covers

ALTER TABLE message ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN first_token_time INTEGER;

ALTER TABLE part ADD COLUMN signature TEXT;            -- the provider's opaque words that go back with the part

DROP VIEW message_text;
DROP VIEW part_text;

CREATE VIEW part_text AS
  SELECT p.message_id, p.position, p.kind,
         p.text || coalesce ((SELECT group_concat (text, '')
                                FROM (SELECT text FROM tail
                                        WHERE message_id = p.message_id AND position = p.position
                                        ORDER BY start)), '') AS text,
         p.name, p.call_id, p.mime_type, p.hash, p.size, p.signature
    FROM part AS p;

CREATE VIEW message_text AS
  SELECT m.id AS message_id, m.chat_id, m.role, m.state,
         coalesce ((SELECT group_concat (text, '')
                      FROM (SELECT text FROM part_text WHERE message_id = m.id AND kind = 0 ORDER BY position)), '') AS text,
         coalesce ((SELECT group_concat (text, '')
                      FROM (SELECT text FROM part_text WHERE message_id = m.id AND kind = 1 ORDER BY position)), '') AS reasoning
    FROM message AS m;
