package scenario

import (
	"context"
	"fmt"
	"slices"

	"yiju/geo"
	"yiju/layers"
)

// Do is what a step does to the list of edits.
type Do string

// The steps.
const (
	Append  Do = "append"  // Edit comes to the end of the list
	Remove  Do = "remove"  // the edits Seqs go
	Replace Do = "replace" // Edit takes the place, and the number, of the one in Seqs
	Switch  Do = "switch"  // the edits Seqs are switched off, or on
)

// Step changes the list of edits of a scenario.
type Step struct {
	Do Do
	// Edit is what is appended or put in place. Its Layer, Op, ID, Feature, Set,
	// Geometry, Z, Group, Kind and Comment are taken, and Off for one appended; the
	// rest is filled in. An addition without an id is given one.
	Edit *Edit
	Seqs []int64
	Off  bool
	// Seen, where it is not nil, makes a step conflict when it meets another state than
	// its author saw. Of an append it is the version that the feature had in the
	// scenario, 0 for none there; several steps of one order may carry the same. Of the
	// others it is the Version of the edit, of several edits the highest.
	Seen *int64
}

// Order is a batch of steps, done in order, all or none.
type Order struct {
	Author string
	Steps  []Step
}

// Edit does the steps of an order and gives the scenario as it then is, with the
// numbers of the edits that were appended, in order.
//
// What breaks the schema of a layer is an *layers.InvalidError that names everything
// that is wrong; a layer that is not there a *layers.NoLayerError. A
// *layers.ConflictError tells of features and edits that are not what the author saw,
// and of edits that would find nothing to work on, with what is there.
func (b *Book) Edit(ctx context.Context, id string, o Order) (*Scenario, []int64, error) {
	if len(o.Steps) > MaxSteps {
		return nil, nil, geo.Refuse(geo.Tf("一次提交有 %[1]d 个步骤，最多 %[2]d 个", "an order has %[1]d steps; %[2]d are the most", len(o.Steps), MaxSteps),
			geo.T("分几次提交", "make several orders of it"))
	}
	if err := checkWords(geo.T("编制人", "author"), o.Author, MaxName); err != nil {
		return nil, nil, err
	}
	var made []int64
	s, err := b.change(ctx, id, func(s *Scenario) (w *write, err error) {
		if err := s.open(o.Author); err != nil {
			return nil, err
		}
		if w, made, err = b.edited(ctx, s, o.Author, o.Steps); w != nil {
			w.author, w.reason = o.Author, fmt.Sprintf("编辑方案 edit scenario %s: %s", s.ID, s.Name)
		}
		return w, err
	})
	if err != nil {
		return nil, nil, err
	}
	return s, made, nil
}

// editing is a scenario while the steps of an order go through.
type editing struct {
	s       *Scenario
	author  string
	schemas map[string]geo.Schema
	put     map[int64]bool
	out     []int64
	made    []int64
	// steps are those that bring an edit, by its number.
	steps   map[int64]*Step
	invalid layers.InvalidError
	clash   layers.ConflictError
}

// edited works out what the steps make of a scenario; nil where they change nothing.
func (b *Book) edited(ctx context.Context, s *Scenario, author string, steps []Step) (*write, []int64, error) {
	w := &editing{s: s, author: author, put: map[int64]bool{}, steps: map[int64]*Step{}}
	var err error
	if w.schemas, err = schemasOf(ctx, b.store); err != nil {
		return nil, nil, err
	}
	before := &Net{}
	if slices.ContainsFunc(steps, func(st Step) bool { return st.Do == Append && st.Seen != nil }) {
		if before, err = b.Net(ctx, s); err != nil {
			return nil, nil, err
		}
	}
	for i := range steps {
		if err := w.step(&steps[i]); err != nil {
			return nil, nil, err
		}
	}
	if len(s.Edits) > MaxEdits {
		return nil, nil, tooManyEdits(len(s.Edits))
	}
	if w.invalid.Total > 0 {
		return nil, nil, &w.invalid
	}
	if len(w.put) == 0 && len(w.out) == 0 && w.clash.Total == 0 {
		return nil, nil, nil
	}
	net, err := w.settle(ctx, b, before)
	if err != nil {
		return nil, nil, err
	}
	s.redraft()
	return &write{next: s, net: net, put: w.put, out: w.out}, w.made, nil
}

func tooManyEdits(n int) error {
	return geo.Refuse(geo.Tf("方案将有 %[1]d 个编辑，最多 %[2]d 个", "the scenario would have %[1]d edits; %[2]d are the most", n, MaxEdits),
		geo.T("删除不再需要的编辑，或分成几个方案", "remove edits that are not needed any more, or make several scenarios of it"))
}

func (w *editing) step(st *Step) error {
	switch st.Do {
	case Append:
		return w.append(st)
	case Remove, Switch:
		return w.each(st, func(e *Edit) error {
			if st.Do == Switch && e.Off != st.Off {
				e.Off = st.Off
				w.put[e.Seq] = true
			}
			if st.Do == Remove {
				w.remove(e.Seq)
			}
			return nil
		})
	case Replace:
		if len(st.Seqs) != 1 {
			return geo.Refuse(geo.Tf("替换步骤要给出一个编辑序号，给出了 %d 个", "a replacement names one edit; this one names %d", len(st.Seqs)))
		}
		return w.each(st, func(e *Edit) error { return w.replace(st, e) })
	}
	return geo.Refuse(geo.Tf("没有步骤 %q", "there is no step %q", st.Do), geo.T("使用 append、remove、replace 或 switch", "use append, remove, replace or switch"))
}

// each does something to every edit that a step names, where it is still the one that
// the author saw.
func (w *editing) each(st *Step, do func(e *Edit) error) error {
	for _, seq := range st.Seqs {
		i := slices.IndexFunc(w.s.Edits, func(e Edit) bool { return e.Seq == seq })
		switch {
		case i < 0 && st.Seen == nil:
			return geo.Refuse(geo.Tf("方案“%[1]s”没有编辑 %[2]d", "scenario “%[1]s” has no edit %[2]d", w.s.Name, seq),
				geo.T("重新载入方案", "load the scenario again"))
		case i < 0:
			w.conflict(layers.Conflict{Layer: layers.ScenarioEditsLayer, Op: layers.Update, Yours: geo.Feature{ID: editID(w.s.ID, seq)}, Seen: *st.Seen})
		case st.Seen != nil && w.s.Edits[i].Version > *st.Seen:
			row, err := w.s.Edits[i].row(w.s.ID)
			if err != nil {
				return err
			}
			row.Version = w.s.Edits[i].Version
			w.conflict(layers.Conflict{Layer: layers.ScenarioEditsLayer, Op: layers.Update, Yours: geo.Feature{ID: row.ID}, Seen: *st.Seen, Theirs: &row})
		default:
			if err := do(&w.s.Edits[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *editing) conflict(c layers.Conflict) {
	w.clash.Total++
	if len(w.clash.Conflicts) < layers.MaxProblems {
		w.clash.Conflicts = append(w.clash.Conflicts, c)
	}
}

func (w *editing) append(st *Step) error {
	e, ok, err := w.bring(st.Edit)
	if err != nil || !ok {
		return err
	}
	if e.Author == "" {
		e.Author = w.author
	}
	e.Seq = w.s.Next
	w.s.Next++
	w.s.Edits = append(w.s.Edits, e)
	w.put[e.Seq] = true
	w.made = append(w.made, e.Seq)
	w.steps[e.Seq] = st
	return nil
}

func (w *editing) replace(st *Step, old *Edit) error {
	e, ok, err := w.bring(st.Edit)
	if err != nil || !ok {
		return err
	}
	e.Seq, e.Off, e.Author = old.Seq, old.Off, w.author
	*old = e
	w.put[e.Seq] = true
	w.steps[e.Seq] = st
	return nil
}

// remove takes an edit away; one that the same order brought was never written.
func (w *editing) remove(seq int64) {
	w.s.Edits = slices.DeleteFunc(w.s.Edits, func(e Edit) bool { return e.Seq == seq })
	if i := slices.Index(w.made, seq); i >= 0 {
		w.made = slices.Delete(w.made, i, i+1)
	} else {
		w.out = append(w.out, seq)
	}
	delete(w.put, seq)
	delete(w.steps, seq)
}

// bring makes an edit that a caller gives fit to be kept. It is not ok when it breaks
// the schema, which is noted.
func (w *editing) bring(given *Edit) (e Edit, ok bool, err error) {
	if e, err = drafted(given); err != nil {
		return e, false, err
	}
	schema, there := w.schemas[e.Layer]
	if !there {
		return e, false, &layers.NoLayerError{Layer: e.Layer}
	}
	if err := checkLayer(&schema); err != nil {
		return e, false, err
	}
	f := e.pieces()
	if problems := schema.Check(&f); len(problems) > 0 {
		w.invalid.Total += len(problems)
		room := layers.MaxProblems - len(w.invalid.Problems)
		w.invalid.Problems = append(w.invalid.Problems, problems[:min(room, len(problems))]...)
		return e, false, nil
	}
	e = e.tidied(&schema)
	e.At, e.Version = now(), 0
	return e, true, nil
}

// settle holds what the steps come to against the present state, and gives it.
func (w *editing) settle(ctx context.Context, b *Book, before *Net) (*Net, error) {
	after, err := resolve(ctx, b.store, w.s.Base, w.s.Edits)
	if err != nil {
		return nil, err
	}
	brought := make([]int64, 0, len(w.steps))
	for i := range w.s.Edits {
		e := &w.s.Edits[i]
		st := w.steps[e.Seq]
		if st == nil {
			continue
		}
		brought = append(brought, e.Seq)
		if st.Do == Append && st.Seen != nil {
			there := after.slots[e.Layer][e.ID].old
			if t := before.Find(e.Layer, e.ID); t != nil {
				there = t.New
			}
			if versionOf(there) != *st.Seen {
				w.conflict(e.against(there, *st.Seen))
				continue
			}
		}
		if _, idle := after.net.Idle(e.Seq); idle {
			w.conflict(e.against(after.met[e.Seq], 0))
		}
	}
	if w.clash.Total > 0 {
		return nil, &w.clash
	}
	return after.net, after.net.Check(brought)
}

func versionOf(f *geo.Feature) int64 {
	if f == nil {
		return 0
	}
	return f.Version
}

// against is the conflict of an edit with what is there. Yours is what the edit says,
// no more.
func (e *Edit) against(there *geo.Feature, seen int64) layers.Conflict {
	op := layers.Update
	switch e.Op {
	case Add:
		op = layers.Add
	case Delete:
		op = layers.Delete
	}
	return layers.Conflict{Layer: e.Layer, Op: op, Yours: e.pieces(), Seen: seen, Theirs: there}
}
