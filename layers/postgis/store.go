// Package postgis is a Store in a PostgreSQL database with PostGIS, for many users
// and many servers.
//
// A workspace is a schema of the database: one table for each layer, with a typed
// column for each field, an indexed geometry, and what else a feature has in
// columns whose names begin with yiju_. History and revisions are in tables of
// that prefix. Other programs may read all of it; writing is for this package
// alone, since nothing would tell it of edits made elsewhere.
//
// A read sees one revision whatever is written meanwhile. Writers take turns by
// the lock on the row that numbers revisions; the number they get is that of the
// commit, without gaps. Every commit is told to the other servers (NOTIFY).
package postgis

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"regexp"
	"strconv"
	"sync"
	"time"

	"github.com/lib/pq"
	"github.com/pressly/goose/v3"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/internal/sqldb"
)

const (
	// DefaultSchema holds the workspace when the URL names no other.
	DefaultSchema = "yiju"
	// maxConns bounds the connections of one store.
	maxConns     = 16
	maxIdleConns = 4
	idleTime     = 5 * time.Minute
	// connectSeconds is how long a server may take to answer.
	connectSeconds = "10"
	// Times after which the server gives up on a statement, and on a lock that
	// another writer holds.
	readTimeout  = 60 * time.Second
	writeTimeout = 30 * time.Minute
	lockTimeout  = 2 * time.Minute
)

// schemaName is what the name of a workspace may be: nothing to quote, and short
// enough for names made of it.
var schemaName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,47}$`)

//go:embed migrations/*.sql
var migrations embed.FS

// Store keeps a workspace in PostGIS. Use Open.
type Store struct {
	db     *sql.DB
	dsn    string
	where  place
	schema string
	// tables are layers by key and defining revision, parsed once.
	tables sync.Map
	// names are the tables of layers as they were last seen.
	names   sync.Map
	applied sqldb.Applied
	closing sync.Once
	ended   chan struct{}
}

var (
	_ layers.Store    = (*Store)(nil)
	_ layers.Notifier = (*Store)(nil)
	_ layers.Numbered = (*Store)(nil)
)

// place is where the database is, as a person may be told.
type place struct{ host, database, user string }

// Open opens the workspace at a URL such as
// postgres://user:password@host:5432/database?schema=yiju, and makes it when the
// schema is not there. Other parameters of the URL are those of PostgreSQL; without
// sslmode a connection is encrypted when the server can. A *geo.Fault tells why
// it cannot be opened; it holds no password.
func Open(ctx context.Context, address string) (*Store, error) { return open(ctx, address, orMake) }

// OpenExisting is Open for a workspace that must be there; nothing is made.
func OpenExisting(ctx context.Context, address string) (*Store, error) {
	return open(ctx, address, mustExist)
}

// absence says what to do about a workspace that is not there.
type absence int

const (
	orMake absence = iota
	mustExist
)

func open(ctx context.Context, address string, missing absence) (*Store, error) {
	s := &Store{ended: make(chan struct{})}
	t, err := s.parse(address)
	if err != nil {
		return nil, err
	}
	if err := s.prepare(ctx, t, missing); err != nil {
		return nil, s.fault(err)
	}
	return s, nil
}

// target is a parsed URL whose parameters can be added to.
type target struct {
	url    *url.URL
	values url.Values
}

func (t target) dsn() string {
	u := *t.url
	u.RawQuery = t.values.Encode()
	return u.String()
}

// parse takes a URL apart. What is wrong with it is told without quoting it: it
// may hold a password.
func (s *Store) parse(address string) (target, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return target{}, badURL()
	}
	q := u.Query()
	s.schema = DefaultSchema
	if q.Has("schema") {
		s.schema = q.Get("schema")
		q.Del("schema")
	}
	if !schemaName.MatchString(s.schema) {
		return target{}, geo.Refuse(geo.Tf("工作区名 %q 不可用", "%q cannot be the name of a workspace", s.schema),
			geo.T("schema 参数用小写字母、数字和“_”，以字母开头，不超过 48 个字符", "in the parameter schema use small letters, digits and _, begin with a letter, at most 48"))
	}
	for name, value := range map[string]string{"sslmode": "prefer", "connect_timeout": connectSeconds, "application_name": "yiju"} {
		if !q.Has(name) {
			q.Set(name, value)
		}
	}
	for name, value := range map[string]string{
		"jit": "off", "TimeZone": "UTC", "client_encoding": "UTF8", "cursor_tuple_fraction": "1",
		"statement_timeout": millis(readTimeout), "lock_timeout": millis(lockTimeout),
	} {
		q.Set(name, value)
	}
	t := target{u, q}
	c, err := pq.NewConfig(t.dsn())
	if err != nil {
		return target{}, badURL().Because(errors.New("postgis: the URL was not understood"))
	}
	s.where = place{host: c.Host + ":" + strconv.Itoa(int(c.Port)), database: c.Database, user: c.User}
	return t, nil
}

func millis(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// connect opens a pool with tables found in the given schemas.
func connect(t target, searchPath string) (*sql.DB, string, error) {
	t.values.Set("search_path", searchPath)
	dsn := t.dsn()
	c, err := pq.NewConnector(dsn)
	if err != nil {
		return nil, "", badURL()
	}
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(maxConns)
	db.SetMaxIdleConns(maxIdleConns)
	db.SetConnMaxIdleTime(idleTime)
	return db, dsn, nil
}

// prepare finds PostGIS, makes or brings up to date the tables, and opens the pool.
func (s *Store) prepare(ctx context.Context, t target, missing absence) error {
	db, _, err := connect(t, "public")
	if err != nil {
		return err
	}
	defer db.Close()
	if missing == mustExist {
		if err := s.find(ctx, db); err != nil {
			return err
		}
	}
	extension, err := s.extension(ctx, db)
	if err != nil {
		return err
	}
	if err := s.makeSchema(ctx, db); err != nil {
		return err
	}
	path := pq.QuoteIdentifier(s.schema) + ", " + pq.QuoteIdentifier(extension) + ", public"
	if s.db, s.dsn, err = connect(t, path); err != nil {
		return err
	}
	if err := s.migrate(ctx, db); err != nil {
		s.db.Close()
		return err
	}
	return nil
}

// extension finds the schema that PostGIS lives in, and installs PostGIS where
// that is allowed.
func (s *Store) extension(ctx context.Context, db *sql.DB) (string, error) {
	var encoding string
	if err := db.QueryRowContext(ctx, "SHOW server_encoding").Scan(&encoding); err != nil {
		return "", err
	}
	if encoding != "UTF8" {
		return "", geo.Refuse(geo.Tf("数据库 %s 的编码是 %s，需要 UTF8", "database %s is encoded in %s; UTF8 is needed", s.where.database, encoding),
			geo.T("新建一个 UTF8 编码的数据库", "create a database with the encoding UTF8"))
	}
	const find = "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'"
	var schema string
	err := db.QueryRowContext(ctx, find).Scan(&schema)
	if !errors.Is(err, sql.ErrNoRows) {
		return schema, err
	}
	if _, err := db.ExecContext(ctx, "CREATE EXTENSION IF NOT EXISTS postgis"); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", geo.Refuse(geo.Tf("数据库 %s 没有 PostGIS", "database %s lacks PostGIS", s.where.database),
			geo.T("请数据库管理员安装 PostGIS，并在该数据库中执行 CREATE EXTENSION postgis", "ask the administrator to install PostGIS and to run CREATE EXTENSION postgis in this database")).Because(err)
	}
	return schema, db.QueryRowContext(ctx, find).Scan(&schema)
}

// find refuses a workspace that is not there.
func (s *Store) find(ctx context.Context, db *sql.DB) error {
	var there bool
	err := db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = 'yiju_state')", s.schema).Scan(&there)
	if err != nil || there {
		return err
	}
	return geo.Refuse(geo.Tf("数据库 %s 中没有工作区 %s", "database %s holds no workspace %s", s.where.database, s.schema),
		geo.T("先导入数据以建立工作区，或检查地址中的 schema", "import data to make one, or check the schema in the address"))
}

func (s *Store) makeSchema(ctx context.Context, db *sql.DB) error {
	var there bool
	err := db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)", s.schema).Scan(&there)
	if err != nil || there {
		return err
	}
	_, err = db.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+pq.QuoteIdentifier(s.schema))
	if code(err) == "23505" { // another process made it at the same moment
		return nil
	}
	return err
}

// migrate brings the tables up to date. A lock keeps other processes from doing
// it at the same time; db is another pool than the store's, so that neither waits
// for the other.
func (s *Store) migrate(ctx context.Context, db *sql.DB) error {
	lock, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer lock.Close()
	if _, err := lock.ExecContext(ctx, "SELECT pg_advisory_lock(hashtextextended($1, 0))", "yiju migrate "+s.schema); err != nil {
		return err
	}
	defer func() { // where this fails, the connection has ended, and its lock with it
		_, _ = lock.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock_all()")
	}()
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectPostgres, s.db, files, goose.WithTableName("yiju_migrations"), goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	has, err := p.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	if sources := p.ListSources(); has > sources[len(sources)-1].Version {
		return geo.Refuse(geo.Tf("工作区 %s 由较新的程序版本写成", "workspace %s was written by a newer version of this program", s.schema),
			geo.T("使用较新的程序版本", "use a newer version of this program"))
	}
	_, err = p.Up(ctx)
	return err
}

// Close ends the store. The database stays as it is.
func (s *Store) Close() error {
	var err error
	s.closing.Do(func() {
		close(s.ended)
		err = s.db.Close()
	})
	return err
}

// channel is where commits are told.
func (s *Store) channel() string { return "yiju_" + s.schema }

// Applied gives the newest revision that this store wrote, 0 when it wrote none.
func (s *Store) Applied() layers.Revision { return s.applied.Newest() }

// Notify tells of new revisions as they come, until ctx ends.
func (s *Store) Notify(ctx context.Context) (<-chan layers.Revision, error) {
	told, err := s.Newest(ctx)
	if err != nil {
		return nil, err
	}
	l := pq.NewListener(s.dsn, time.Second, time.Minute, nil)
	if err := l.Listen(s.channel()); err != nil {
		l.Close()
		return nil, s.fault(fmt.Errorf("postgis: listening for revisions: %w", err))
	}
	out := make(chan layers.Revision, 1)
	go s.tell(ctx, l, told, out)
	return out, nil
}

// tell passes the newest revision on whenever there is news, and after each time
// that the connection was lost, since news may have been missed.
func (s *Store) tell(ctx context.Context, l *pq.Listener, told layers.Revision, out chan layers.Revision) {
	defer close(out)
	defer l.Close()
	for {
		if now, err := s.Newest(ctx); err == nil && now > told {
			select {
			case <-out: // a slow reader gets the newest only
			default:
			}
			out <- now
			told = now
		}
		select {
		case <-ctx.Done():
			return
		case <-s.ended:
			return
		case <-l.Notify:
		}
	}
}
