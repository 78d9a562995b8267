// Package memory is a Store that keeps everything in memory and nothing beyond
// the process. It is the plain statement of what the other stores do: every
// revision is a whole list of features, so that nothing can be forgotten.
package memory

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/internal/commit"
)

// Store holds a workspace in memory. Use New.
type Store struct {
	mu       sync.RWMutex
	states   []state // by revision; the first is the empty workspace
	changes  []layers.Change
	watchers map[chan layers.Revision]struct{}
	closed   bool
}

// state is one revision; nothing in it ever changes.
type state map[string]*layer

// layer is one layer at one revision. Its features are ordered by id.
type layer struct {
	schema   geo.Schema
	features []item
	sum      commit.Sum
	changed  layers.Revision
	// born tells layers apart that had the same name one after the other.
	born layers.Revision
}

type item struct {
	feature *geo.Feature
	extent  geo.Extent
}

var (
	_ layers.Store    = (*Store)(nil)
	_ layers.Notifier = (*Store)(nil)
	_ layers.Numbered = (*Store)(nil)
)

var errClosed = errors.New("memory: the store is closed")

// New returns an empty workspace.
func New() *Store {
	return &Store{states: []state{{}}, watchers: map[chan layers.Revision]struct{}{}}
}

// newest must be called with the lock held.
func (s *Store) newest() layers.Revision { return layers.Revision(len(s.states) - 1) }

// Layers lists the layers that exist, ordered by name.
func (s *Store) Layers(ctx context.Context) ([]layers.Info, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, errClosed
	}
	now := s.states[s.newest()]
	out := make([]layers.Info, 0, len(now))
	for _, name := range slices.Sorted(maps.Keys(now)) {
		l := now[name]
		out = append(out, layers.Info{Schema: commit.CloneSchema(l.schema), Count: l.sum.Count, Extent: l.sum.Extent, Changed: l.changed})
	}
	return out, ctx.Err()
}

// Newest gives the number of the newest revision.
func (s *Store) Newest(ctx context.Context) (layers.Revision, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return 0, errClosed
	}
	return s.newest(), ctx.Err()
}

// Applied gives the newest revision that this store wrote.
func (s *Store) Applied() layers.Revision {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.newest()
}

// Features gives the features of a layer that q asks for.
func (s *Store) Features(ctx context.Context, name string, q layers.Query) iter.Seq2[geo.Feature, error] {
	return func(yield func(geo.Feature, error) bool) {
		items, err := s.items(name, q.At)
		if err != nil {
			yield(geo.Feature{}, err)
			return
		}
		wanted := selects(q)
		given := 0
		for _, it := range items {
			if err := ctx.Err(); err != nil {
				yield(geo.Feature{}, err)
				return
			}
			if !wanted(it) {
				continue
			}
			if !yield(it.feature.Clone(), nil) {
				return
			}
			if given++; given == q.Limit {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(geo.Feature{}, err)
		}
	}
}

func (s *Store) items(name string, at layers.Revision) ([]item, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, errClosed
	}
	newest := s.newest()
	if at < 0 || at > newest {
		return nil, &layers.NoRevisionError{Asked: at, Newest: newest}
	}
	now, ok := s.states[newest][name]
	if !ok {
		return nil, &layers.NoLayerError{Layer: name}
	}
	if at == 0 || now.schema.Kind == geo.Result {
		return now.features, nil
	}
	if then, ok := s.states[at][name]; ok && then.born == now.born {
		return then.features, nil
	}
	return nil, nil
}

// selects turns a query into a test of one feature.
func selects(q layers.Query) func(item) bool {
	ids := make(map[string]bool, len(q.IDs))
	for _, id := range q.IDs {
		ids[id] = true
	}
	return func(it item) bool {
		id := it.feature.ID
		return id > q.After &&
			(q.IDs == nil || ids[id]) &&
			(q.Extent == nil || !it.extent.IsEmpty() && it.extent.Touches(*q.Extent))
	}
}

// Apply writes a batch as one new revision, wholly or not at all.
func (s *Store) Apply(ctx context.Context, b layers.Batch) (layers.Revision, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, errClosed
	}
	now := s.states[s.newest()]
	held := make(map[string]commit.Held, len(now))
	for name, l := range now {
		held[name] = commit.Held{Schema: l.schema, Count: l.sum.Count}
	}
	plan, err := commit.Plan(ctx, b, held, now.lookup)
	if err != nil {
		return 0, err
	}
	revision := s.newest() + 1
	next := maps.Clone(now)
	change := layers.Change{Revision: revision, Author: commit.Wording(b.Author), Reason: commit.Wording(b.Reason), At: time.Now().UTC().Truncate(time.Microsecond)}
	for i := range plan {
		change.Layers = append(change.Layers, next.write(&plan[i], revision))
	}
	s.states = append(s.states, next)
	s.changes = append(s.changes, change)
	s.tell(revision)
	return revision, nil
}

func (st state) lookup(_ context.Context, name string, ids []string) (map[string]geo.Feature, error) {
	found := make(map[string]geo.Feature, len(ids))
	for _, id := range ids {
		if i, ok := st[name].find(id); ok {
			found[id] = st[name].features[i].feature.Clone()
		}
	}
	return found, nil
}

func (l *layer) find(id string) (int, bool) {
	return slices.BinarySearchFunc(l.features, id, func(it item, id string) int { return strings.Compare(it.feature.ID, id) })
}

// write puts the layer that a plan gives in the place of the one there is.
func (st state) write(p *commit.Layer, revision layers.Revision) layers.LayerChange {
	before := &layer{sum: commit.Sum{Extent: geo.EmptyExtent()}, born: revision}
	if held, ok := st[p.Name]; ok {
		before = held
	}
	change, _, _ := p.Sums(before.sum)
	if p.After == nil {
		delete(st, p.Name)
		return change
	}
	after := &layer{schema: commit.CloneSchema(*p.After), changed: revision, born: before.born}
	if p.Dropped {
		after.born = revision
	}
	var kept []item
	if !p.Dropped && !p.Cleared {
		kept = before.features
	}
	after.features = merge(kept, p.Writes, revision)
	after.sum = commit.Sum{Count: len(after.features), Extent: geo.EmptyExtent()}
	for _, it := range after.features {
		after.sum.Extent = after.sum.Extent.Union(it.extent)
	}
	st[p.Name] = after
	return change
}

// merge gives a new list: the old one with the writes done. Both are by id.
func merge(old []item, writes []commit.Write, revision layers.Revision) []item {
	out := make([]item, 0, len(old)+len(writes))
	for _, w := range writes {
		at, there := slices.BinarySearchFunc(old, w.ID, func(it item, id string) int { return cmp.Compare(it.feature.ID, id) })
		out = append(out, old[:at]...)
		if there {
			at++
		}
		old = old[at:]
		if w.New != nil {
			f := w.New.Clone()
			f.Version = int64(revision)
			out = append(out, item{&f, geo.ExtentOf(f.Geometry)})
		}
	}
	return append(out, old...)
}

// Changes lists the revisions after since, oldest first.
func (s *Store) Changes(ctx context.Context, since layers.Revision) ([]layers.Change, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, errClosed
	}
	since = min(max(since, 0), s.newest())
	out := slices.Clone(s.changes[since:])
	for i := range out {
		out[i].Layers = slices.Clone(out[i].Layers)
	}
	return out, ctx.Err()
}

// Notify tells of new revisions as they come, until ctx ends.
func (s *Store) Notify(ctx context.Context) (<-chan layers.Revision, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errClosed
	}
	c := make(chan layers.Revision, 1)
	s.watchers[c] = struct{}{}
	context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if _, ok := s.watchers[c]; ok {
			delete(s.watchers, c)
			close(c)
		}
	})
	return c, nil
}

// tell puts the newest number in the place of one that was not fetched yet.
func (s *Store) tell(r layers.Revision) {
	for c := range s.watchers {
		select {
		case <-c:
		default:
		}
		c <- r
	}
}

// Close ends the store; what it held is gone.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.watchers {
		close(c)
	}
	clear(s.watchers)
	s.closed = true
	return nil
}
