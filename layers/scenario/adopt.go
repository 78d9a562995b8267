package scenario

import (
	"context"
	"errors"
	"fmt"

	"yiju/geo"
	"yiju/layers"
)

// Adopt makes a scenario part of the base: what it shows is written as one revision,
// which is returned, together with the note that it was adopted. The scenario must be
// approved, its content the approved one, and no feature that it touches may have
// changed in the base since the scenario's revision.
func (b *Book) Adopt(ctx context.Context, id, by string) (layers.Revision, error) {
	if err := checkWords(geo.T("采纳人", "adopter"), by, MaxName); err != nil {
		return 0, err
	}
	var name string
	s, err := b.change(ctx, id, func(s *Scenario) (*write, error) {
		name = s.Name
		if err := s.open(s.Author); err != nil {
			return nil, err
		}
		if s.State != Approved {
			return nil, geo.Refuse(geo.Tf("方案“%s”未经批准，不能采纳", "scenario “%s” is not approved and cannot be adopted", s.Name),
				geo.T("先批准方案", "approve it first"))
		}
		net, err := b.Net(ctx, s)
		if err != nil {
			return nil, err
		}
		if net.Hash() != s.ApprovedHash {
			return nil, geo.Refuse(geo.Tf("方案“%s”的内容与批准时不同，不能采纳", "scenario “%s” is not what was approved and cannot be adopted", s.Name),
				geo.T("核对后重新批准", "look at it and approve it again"))
		}
		if err := b.grounded(ctx, s, net); err != nil {
			return nil, err
		}
		w := s.rewrite(by, "采纳方案 adopt scenario")
		w.base = net.batch()
		s.State = Adopted
		return w, nil
	})
	if err != nil {
		var moved *layers.ConflictError
		if geo.AsFault(err) == nil && errors.As(err, &moved) {
			err = movedBase(name, moved)
		}
		return 0, err
	}
	s.AdoptedAs = layers.Revision(s.Version)
	return s.AdoptedAs, nil
}

// batch makes a net edits of the base, which hold only on what the net lies on.
func (n *Net) batch() []layers.Edit {
	var out []layers.Edit
	for _, layer := range n.Layers() {
		for _, t := range n.Touched(layer) {
			e := layers.Edit{Layer: layer, Op: layers.Update}
			switch {
			case t.Old == nil:
				e.Op = layers.Add
			case t.New == nil:
				e.Op = layers.Delete
			}
			if t.New != nil {
				e.Feature = *t.New
			}
			if t.Old != nil {
				e.Seen = t.Old.Version
			}
			e.Feature.ID = t.ID
			out = append(out, e)
		}
	}
	return out
}

// grounded refuses a scenario under which the base moved on: features that it touches
// are no longer what it lies on.
func (b *Book) grounded(ctx context.Context, s *Scenario, net *Net) error {
	moved := &layers.ConflictError{}
	for _, layer := range net.Layers() {
		touched := net.Touched(layer)
		ids := make([]string, len(touched))
		for i := range touched {
			ids[i] = touched[i].ID
		}
		there := make(map[string]geo.Feature, len(ids))
		for f, err := range b.store.Features(ctx, layer, layers.Query{IDs: ids}) {
			if isNoLayer(err) {
				break
			}
			if err != nil {
				return err
			}
			there[f.ID] = f
		}
		for i := range touched {
			t := &touched[i]
			f, is := there[t.ID]
			if is == (t.Old != nil) && (!is || f.Version == t.Old.Version) {
				continue
			}
			c := layers.Conflict{Layer: layer, Op: layers.Update, Yours: geo.Feature{ID: t.ID}, Seen: versionOf(t.Old)}
			if t.New != nil {
				c.Yours = *t.New
			}
			if is {
				c.Theirs = &f
			}
			if moved.Total++; len(moved.Conflicts) < layers.MaxProblems {
				moved.Conflicts = append(moved.Conflicts, c)
			}
		}
	}
	if moved.Total > 0 {
		return movedBase(s.Name, moved)
	}
	return nil
}

func movedBase(name string, moved *layers.ConflictError) error {
	first := fmt.Sprintf("%s/%s", moved.Conflicts[0].Layer, moved.Conflicts[0].Yours.ID)
	return geo.Refuse(
		geo.Tf("方案“%[1]s”所改的 %[2]d 个要素在现状中已变化，例如 %[3]s", "%[2]d features that scenario “%[1]s” changes have changed in the base, such as %[3]s", name, moved.Total, first),
		geo.T("先变基到最新版本，再批准、采纳", "rebase it onto the newest revision, then approve and adopt it")).Because(moved)
}
