package sight

import (
	"fmt"
	"reflect"

	"yiju/analysis"
	"yiju/geo"
)

// Live is a Run under change: it is told what of the scene came, went or changed, and
// answers as Run would of the new scene, to the bit, looking again only where the
// change may be seen. It is for one goroutine at a time.
type Live struct {
	m        *Model
	p        Params // as given
	registry *registry

	views   []liveView   // by camera
	records []liveRecord // by camera
	points  []livePoint  // by key point and point, in order
	lines   []liveLine   // by key point and line, in order
	houses  []liveHouse  // by building
	plots   map[plotPlace]*livePlot
	stamp   int64 // of the view that was looked at last

	answer *Answer // nil when it has to be made
	last   *Answer // the one before
	run    *run    // that the answer was made from
	result *analysis.Result
}

// Answer is what Run tells at once: all values and notes, and its layers in their
// order, those that take longer to draw without their features. It must not be
// changed.
type Answer struct {
	analysis.Result
	// Later names the layers that have no features yet; Live.Result draws them.
	Later []string
	// Same tells that nothing of this differs from the answer before. What the layers
	// of Later draw may.
	Same bool
}

// laterSheets take longer to draw than all the rest.
var laterSheets = map[string]bool{"views": true, "redundancy": true}

// NewLive makes a scene ready. Errors are those of Run.
func NewLive(scene *analysis.Scene, p Params) (*Live, error) {
	l := &Live{p: p}
	return l, l.rebuild(scene)
}

// Model is the model of the scene as it is now. Later updates make a new one.
func (l *Live) Model() *Model { return l.m }

// rebuild begins anew.
func (l *Live) rebuild(scene *analysis.Scene) error {
	var way degrees
	if l.m != nil {
		way = l.m.way
	}
	m, err := newModel(scene, l.p, way)
	if err != nil {
		return err
	}
	r, err := m.newRegistry()
	if err != nil {
		return err
	}
	l.m, l.registry = m, r
	l.views, l.records = make([]liveView, len(m.cameras)), make([]liveRecord, len(m.cameras))
	l.points, l.lines = l.newFindings()
	l.houses, l.plots = l.newHouses(nil, nil), make(map[plotPlace]*livePlot)
	l.forget()
	return nil
}

// inputs are the layers that a run reads.
var inputs = []string{"cameras", "buildings", "barriers", "keypoints", "entrances", "ways", "communities", "devices"}

// Update puts a scene in the place of the one before. changed names, by layer, the ids
// of all features that came, went or changed in the layers that a run reads, "terrain"
// and "communities" among them; others do no harm. Errors are those of Run; after one
// the scene before still stands.
func (l *Live) Update(scene *analysis.Scene, changed map[string][]string) error {
	was := l.m.scene
	if len(changed["terrain"]) > 0 || scene.CRS != was.CRS || !reflect.DeepEqual(scene.Community, was.Community) {
		return l.rebuild(scene)
	}
	edits := make(edited)
	for _, layer := range inputs {
		for _, id := range changed[layer] {
			edits.add(layer, id)
		}
	}
	m, ok := l.m.next(scene, edits)
	if !ok {
		return l.rebuild(scene)
	}
	old := l.m
	l.m, l.registry.m = m, m
	if len(edits) == 0 {
		l.forgetNothing()
		return nil
	}
	d := newDelta(old, m, edits)
	l.turnRecords(d, edits)
	l.turnViews(d)
	l.turnFindings(d)
	l.houses = l.newHouses(d, edits)
	l.forget()
	return nil
}

// forgetNothing keeps the answer, of which the model is another one with the same in
// it.
func (l *Live) forgetNothing() {
	if l.run != nil {
		l.run.m, l.run.p = l.m, &l.m.p
	}
}

// forget drops the answer.
func (l *Live) forget() {
	if l.answer != nil {
		l.last = l.answer
	}
	l.answer, l.run, l.result = nil, nil, nil
}

// Answer tells values, notes and most layers of the scene as it is. Without a change it
// is the one that was given before.
func (l *Live) Answer() (*Answer, error) {
	if l.answer != nil {
		return l.answer, nil
	}
	r := &run{m: l.m, p: &l.m.p, notes: l.m.notes.Clone()}
	r.records = l.checkRecords()
	if r.p.wants("cameras") {
		l.look(r)
	}
	l.find(r)
	r.alone()
	if r.p.wants("cameras") {
		l.countAlone(r)
	}
	l.watchFacades(r)
	if r.p.Advice != nil {
		r.advise()
	}
	out := &Answer{}
	for _, s := range r.sheets() {
		if laterSheets[s.name] {
			out.Layers = append(out.Layers, analysis.Layer{Schema: s.schema})
			out.Later = append(out.Later, s.schema.Layer)
			continue
		}
		out.Layers = append(out.Layers, s.layer())
	}
	out.Values = r.values()
	r.tell()
	out.Notes = r.notes.Sorted()
	if r.err != nil {
		return nil, fmt.Errorf("sight: %w", r.err)
	}
	l.keepFacades(r)
	out.Same = l.last != nil && sameResult(&out.Result, &l.last.Result)
	l.answer, l.last, l.run = out, nil, r
	return out, nil
}

// sameResult compares two results, what mostly differs first.
func sameResult(a, b *analysis.Result) bool {
	return reflect.DeepEqual(a.Values, b.Values) && reflect.DeepEqual(a.Notes, b.Notes) && reflect.DeepEqual(a.Layers, b.Layers)
}

// Result is what Run gives of the scene as it is. Without a change it is the one that
// was given before.
func (l *Live) Result() (analysis.Result, error) {
	if l.result != nil {
		return *l.result, nil
	}
	a, err := l.Answer()
	if err != nil {
		return analysis.Result{}, err
	}
	r := l.run
	if r.views == nil {
		l.look(r)
	}
	if r.p.wants("redundancy") {
		l.drawRedundancy(r)
	}
	out := a.Result
	out.Layers = nil
	for i, s := range r.sheets() {
		if laterSheets[s.name] {
			out.Layers = append(out.Layers, s.layer())
		} else {
			out.Layers = append(out.Layers, a.Layers[i])
		}
	}
	l.result = &out
	return out, nil
}

// liveRecord is what was found of a camera's record.
type liveRecord struct {
	record
	good  bool
	twice bool // another camera had its code
}

// turnRecords keeps the records of cameras that stay as they are.
func (l *Live) turnRecords(d *delta, edits edited) {
	next := make([]liveRecord, len(l.m.cameras))
	for i, k := range d.cameras {
		if k >= 0 && !edits.any("communities") {
			next[k] = l.records[i]
		}
	}
	l.records = next
	if edits.any("cameras") {
		l.registry.count()
	}
}

// checkRecords holds the records to the rules.
func (l *Live) checkRecords() []record {
	out := make([]record, len(l.records))
	for i := range l.records {
		f, rec := l.m.cameras[i].feature, &l.records[i]
		code, _ := f.Text("code")
		if twice := l.registry.codes[code] > 1; !rec.good || rec.twice != twice {
			*rec = liveRecord{l.registry.check(f), true, twice}
		}
		out[i] = rec.record
	}
	return out
}

// edited are the ids that were edited, by layer.
type edited map[string]map[string]bool

func (e edited) add(layer, id string) {
	if e[layer] == nil {
		e[layer] = make(map[string]bool)
	}
	e[layer][id] = true
}

// any tells whether something of a layer was edited.
func (e edited) any(layer string) bool { return len(e[layer]) > 0 }

// touchAny tells whether one of some extents touches e.
func touchAny(list []geo.Extent, e geo.Extent) bool {
	for i := range list {
		if list[i].Touches(e) {
			return true
		}
	}
	return false
}
