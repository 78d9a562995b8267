package metric

import (
	"cmp"
	"sync"
	"unsafe"

	"yiju/analysis"
	"yiju/geo"
)

// Memo remembers what metrics found out about single features and about places, so
// that the metrics of one scene share it, and so that after an edit only what the
// edit touches is found out anew. A measure is the same with a memo as without one,
// to the last bit.
//
// A feature is known again by its id, geometry and attributes: by the memory that
// they lie in where it is the same, else by every coordinate and value. The memo
// keeps that memory from being used for anything else, so that the same place in
// memory is the same feature as long as nobody changes a feature of a scene in place,
// which nobody may.
//
// Several metrics may use a memo at the same time, of the same scene or of others. It
// holds the last few states of each layer, and lets go of what two generations of
// questions have not asked for. What is drawn shares geometry and attributes with the
// memo: they are not to be changed in place.
type Memo struct {
	mu      sync.Mutex
	grounds []*groundSlot // of the communities seen last, the newest first
}

// NewMemo gives a memo that remembers nothing yet.
func NewMemo() *Memo { return &Memo{} }

const (
	maxGrounds = 2   // communities that a memo remembers
	maxViews   = 4   // states of a layer
	maxAnswers = 256 // answers in each of two generations
)

// groundSlot is a community with its ground, made when it is first asked for.
type groundSlot struct {
	community geo.Feature
	once      sync.Once
	g         *ground
	err       error
}

// ground gives the ground of a scene's community; nil where it has no outline.
func (m *Memo) ground(scene *analysis.Scene) (*ground, error) {
	s := m.slot(scene)
	s.once.Do(func() { s.g, s.err = groundOf(scene) })
	return s.g, s.err
}

func (m *Memo) slot(scene *analysis.Scene) *groundSlot {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, s := range m.grounds {
		if sameGeometry(s.community.Geometry, scene.Community.Geometry) {
			copy(m.grounds[1:i+1], m.grounds[:i])
			m.grounds[0] = s
			return s
		}
	}
	s := &groundSlot{community: scene.Community}
	m.grounds = append([]*groundSlot{s}, m.grounds...)
	m.grounds = m.grounds[:min(len(m.grounds), maxGrounds)]
	return s
}

// ground gives the ground of the scene, remembered where there is a memo.
func (in *Input) ground() (*ground, error) {
	if in.Memo == nil {
		return groundOf(in.Scene)
	}
	return in.Memo.ground(in.Scene)
}

// memory is what is remembered of a ground.
type memory struct {
	mu          sync.Mutex
	views       map[string][]*view // states of layers, the newest first
	serial      int                // of the newest view
	now, before map[string]*answer // two generations of answers
}

// view is one state of a layer: its features with what is known of each.
type view struct {
	serial   int
	features []geo.Feature
	items    []*item

	countsOnce sync.Once
	counted    []*item // those that count in the community
	inside     []geo.Feature

	waysOnce sync.Once
	ways     []*item // those with lines in the community

	mu      sync.Mutex
	changes map[int][]*item // by serial of the view before
}

// view gives the state of a layer in a scene.
func (g *ground) view(in *Input, layer string) *view {
	m := &g.memory
	features := in.Scene.Layers[layer]
	m.mu.Lock()
	defer m.mu.Unlock()
	list := m.views[layer]
	for i, v := range list {
		if sameSlice(v.features, features) {
			copy(list[1:i+1], list[:i])
			list[0] = v
			return v
		}
	}
	m.serial++
	v := &view{serial: m.serial, features: features, changes: make(map[int][]*item)}
	var old []*item
	if len(list) > 0 {
		old = list[0].items
	}
	v.items = itemsOf(features, old)
	if m.views == nil {
		m.views = make(map[string][]*view)
	}
	list = append([]*view{v}, list...)
	m.views[layer] = list[:min(len(list), maxViews)]
	return v
}

// crowd is a list of items, in the order of their ids, as a layer of its own.
func (m *memory) crowd(items []*item) *view {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.serial++
	return &view{serial: m.serial, items: items, changes: make(map[int][]*item)}
}

// sameSlice tells whether two lists are one and the same.
func sameSlice[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || unsafe.SliceData(a) == unsafe.SliceData(b))
}

// itemsOf knows the features again that a former state had; both are in the order of
// their ids. Where they are not, less is known again.
func itemsOf(features []geo.Feature, old []*item) []*item {
	out := make([]*item, len(features))
	k := 0
	for i := range features {
		f := &features[i]
		for k < len(old) && old[k].ID < f.ID {
			k++
		}
		if k < len(old) && sameFeature(&old[k].Feature, f) {
			out[i] = old[k]
			k++
			continue
		}
		out[i] = newItem(f)
	}
	return out
}

// since lists the items of which a former state had other ones, as they were and as
// they are: what is gone, what is new, and both of what changed.
func (v *view) since(before *view) []*item {
	if v == before {
		return nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	out, ok := v.changes[before.serial]
	if !ok {
		out = changed(before.items, v.items)
		if len(v.changes) >= maxViews {
			clear(v.changes)
		}
		v.changes[before.serial] = out
	}
	return out
}

// changed walks along two lists in the order of ids. Whatever is not in both, at its
// place, is listed; in lists that are out of order that may be too much.
func changed(before, after []*item) []*item {
	var out []*item
	i, k := 0, 0
	for i < len(before) || k < len(after) {
		switch {
		case i < len(before) && k < len(after) && before[i] == after[k]:
			i, k = i+1, k+1
		case k == len(after) || i < len(before) && cmp.Compare(before[i].ID, after[k].ID) <= 0:
			out = append(out, before[i])
			i++
		default:
			out = append(out, after[k])
			k++
		}
	}
	return out
}

// answer is something remembered, found out by one at a time.
type answer struct {
	sync.Mutex
	value any // nil until it is found out
}

// answer gives the answer to a question, whose key tells it from all others.
func (m *memory) answer(key string) *answer {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.now[key]
	if ok {
		return a
	}
	if a, ok = m.before[key]; !ok {
		a = &answer{}
	}
	if m.now == nil || len(m.now) >= maxAnswers {
		m.before, m.now = m.now, make(map[string]*answer)
	}
	m.now[key] = a
	return a
}

// kept is an answer with the things that it rests on.
type kept[T any] struct {
	on    []any // compared by identity
	value T
	err   error
}

// keep answers a question that rests on some things: pointers, which must not point to
// anything that changes. It is asked again where one of them is another.
func keep[T any](g *ground, key string, on []any, find func() (T, error)) (T, error) {
	a := g.memory.answer(key)
	a.Lock()
	defer a.Unlock()
	list, _ := a.value.([]*kept[T])
	for i, k := range list {
		if sameThings(k.on, on) {
			copy(list[1:i+1], list[:i])
			list[0] = k
			return k.value, k.err
		}
	}
	k := &kept[T]{on: on}
	k.value, k.err = find()
	list = append([]*kept[T]{k}, list...)
	a.value = list[:min(len(list), 2)]
	return k.value, k.err
}

func sameThings(a, b []any) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
