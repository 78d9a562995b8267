-- +goose Up
CREATE TABLE yiju_state (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  newest bigint NOT NULL -- revision; its row is the lock that writers take
);
INSERT INTO yiju_state (newest) VALUES (0);

CREATE TABLE yiju_layers (
  key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  tab text NOT NULL DEFAULT '',
  definition text NOT NULL DEFAULT '', -- the schema, JSON
  columns text NOT NULL DEFAULT '',    -- columns by field, JSON
  defined bigint NOT NULL DEFAULT 0,   -- the revision that wrote them
  count bigint NOT NULL DEFAULT 0,
  changed bigint NOT NULL DEFAULT 0,
  min_x float8, min_y float8, max_x float8, max_y float8
);

CREATE TABLE yiju_revisions (
  revision bigint PRIMARY KEY,
  at timestamptz NOT NULL,
  author text NOT NULL,
  reason text NOT NULL
);

CREATE TABLE yiju_changes (
  revision bigint NOT NULL REFERENCES yiju_revisions,
  layer text COLLATE "C" NOT NULL,
  added bigint NOT NULL, updated bigint NOT NULL, deleted bigint NOT NULL,
  min_x float8, min_y float8, max_x float8, max_y float8,
  PRIMARY KEY (revision, layer)
);

-- States of features that are past; rows are only ever added.
CREATE TABLE yiju_history (
  layer bigint NOT NULL, -- yiju_layers.key
  id text COLLATE "C" NOT NULL,
  since bigint NOT NULL, -- the first revision that holds this state
  until bigint NOT NULL, -- the first revision that no longer does
  geom geometry,
  body text NOT NULL,
  PRIMARY KEY (layer, id, since)
);

-- +goose Down
DROP TABLE yiju_history, yiju_changes, yiju_revisions, yiju_layers, yiju_state;
