// Package gpkg is a Store in a GeoPackage file, which QGIS and other programs
// open as it is.
//
// A layer is a table with a column for each field, an R-tree, and an id that is
// text; what a feature has beside its fields (further attributes, source, quality
// notes, version) is in columns whose names begin with yiju_. History and
// revisions are in tables of that prefix; of these the list of revisions is
// shown to other programs, as a table.
//
// # Other programs that write
//
// A file may be edited with QGIS while it is closed, and also while it is open.
// Triggers keep what such a program changes, as it was. When the store next reads
// or writes, it takes those edits in: as a new revision by Adopter, with history
// for what they changed. Rows without an id are given one ("x" and the row's
// number). Columns that were added become fields; a column that was deleted is
// put back, empty; a table that was deleted takes its layer away. What breaks the
// schema is not lost: a value moves to the further attributes under the field's
// name, a geometry that cannot be kept moves there in hexadecimal, and a quality
// note says so. SQLite lets no program delete a column while the triggers are
// there. Only a program that takes the triggers away, by making a table anew, goes
// unseen at first: the store then takes all rows of the table for edited, and
// older revisions show them as that program left them.
//
// # Processes
//
// Several processes may share a file on a local disk (SQLite's write-ahead log):
// reads never wait, writers take turns. A network share is no place for it.
package gpkg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"

	"yiju/layers"
	"yiju/layers/internal/sqldb"
)

// Adopter is the author of revisions that take in what other programs wrote.
const Adopter = "external edit"

// maxReaders bounds the sequences and other reads that go on at once.
const maxReaders = 16

// pollInterval is how often a watched store looks for revisions of other processes.
const pollInterval = 500 * time.Millisecond

// Store keeps a workspace in a GeoPackage. Use Open or Create.
type Store struct {
	path string
	// read has connections that see one revision each; write has a single one,
	// so that writers of this process wait for one another in order.
	read, write *sql.DB
	// state asks for the newest revision, whether other programs changed features,
	// and SQLite's count of changes to tables.
	state *sql.Stmt
	// tables are schemas by layer key and defining revision, parsed once.
	tables sync.Map
	// schemaVersion is SQLite's count of changes to tables when they were last
	// found in order.
	schemaVersion atomic.Int64
	applied       sqldb.Applied
	closing       sync.Once

	mu    sync.Mutex
	wake  chan struct{} // closed and made anew by every Apply
	ended chan struct{} // closed by Close
}

var (
	_ layers.Store    = (*Store)(nil)
	_ layers.Notifier = (*Store)(nil)
	_ layers.Numbered = (*Store)(nil)
)

// Open opens a file that Create made. A *geo.Fault tells why it cannot be; the
// file is then as it was.
func Open(ctx context.Context, path string) (*Store, error) {
	if err := inspect(ctx, path); err != nil {
		return nil, err
	}
	s, err := open(path)
	if err != nil {
		return nil, err
	}
	if err := s.start(ctx); err != nil {
		s.read.Close()
		s.write.Close()
		return nil, fault(path, err)
	}
	return s, nil
}

// start turns on the write-ahead log and takes in what other programs wrote.
func (s *Store) start(ctx context.Context) error {
	var mode string
	if err := s.write.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("gpkg: the journal mode stays %s", mode)
	}
	var err error
	if s.state, err = s.read.PrepareContext(ctx, "SELECT newest, drift, schema_version FROM yiju_state, pragma_schema_version"); err != nil {
		return err
	}
	_, err = s.Newest(ctx)
	return err
}

// Create makes a new file with an empty workspace. A file that is there already
// is left alone and gives a *geo.Fault.
func Create(ctx context.Context, path string) (*Store, error) {
	if _, err := os.Lstat(path); err == nil {
		return nil, taken(path)
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".yiju-new-*")
	if err != nil {
		return nil, cannotCreate(path, err)
	}
	defer os.RemoveAll(dir)
	draft := filepath.Join(dir, "new.gpkg")
	if err := lay(ctx, draft); err != nil {
		return nil, cannotCreate(path, err)
	}
	// A link fails where a file has come to be in the meantime; a file system
	// without links gets a rename.
	if err := os.Link(draft, path); errors.Is(err, os.ErrExist) {
		return nil, taken(path)
	} else if err != nil {
		if err := os.Rename(draft, path); err != nil {
			return nil, cannotCreate(path, err)
		}
	}
	return Open(ctx, path)
}

// lay writes an empty workspace to a file that is not there.
func lay(ctx context.Context, path string) error {
	c, err := connect(path, creating)
	if err != nil {
		return err
	}
	db := sql.OpenDB(c)
	defer db.Close()
	if _, err := db.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, userVersion)); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, base); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return db.Close()
}

func open(path string) (*Store, error) {
	reader, err := connect(path, reading)
	if err != nil {
		return nil, err
	}
	writer, err := connect(path, writing)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, read: sql.OpenDB(reader), write: sql.OpenDB(writer), wake: make(chan struct{}), ended: make(chan struct{})}
	s.read.SetMaxOpenConns(maxReaders)
	s.read.SetMaxIdleConns(maxReaders)
	s.write.SetMaxOpenConns(1)
	s.schemaVersion.Store(-1)
	return s, nil
}

// Close gives the file back as a single one: the write-ahead log is worked in.
func (s *Store) Close() error {
	var err error
	s.closing.Do(func() {
		close(s.ended)
		err = s.read.Close()
		// Fails when another process has the file open; then that one does it.
		var mode string
		_ = s.write.QueryRow("PRAGMA journal_mode = DELETE").Scan(&mode)
		err = errors.Join(err, s.write.Close())
	})
	return err
}

// Applied gives the newest revision that this store wrote, 0 when it wrote none.
func (s *Store) Applied() layers.Revision { return s.applied.Newest() }

// Notify tells of new revisions as they come, until ctx ends. Those of other
// processes are noticed within about half a second.
func (s *Store) Notify(ctx context.Context) (<-chan layers.Revision, error) {
	told, err := s.Newest(ctx)
	if err != nil {
		return nil, err
	}
	out := make(chan layers.Revision, 1)
	go s.tell(ctx, told, out)
	return out, nil
}

func (s *Store) tell(ctx context.Context, told layers.Revision, out chan layers.Revision) {
	defer close(out)
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for {
		woken := s.woken()
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
		case <-woken:
		case <-tick.C:
		}
	}
}

func (s *Store) woken() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wake
}

func (s *Store) wakeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.wake)
	s.wake = make(chan struct{})
}

// code gives SQLite's code of an error, without its extension; 0 for others.
func code(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}
