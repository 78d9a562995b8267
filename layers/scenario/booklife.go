package scenario

import (
	"context"
	"fmt"
	"slices"

	"yiju/geo"
	"yiju/layers"
)

// Description changes what is known of a scenario beside its edits; nil leaves it.
type Description struct {
	Author string
	// Seen is the version of the scenario that the author saw; 0 is not checked.
	Seen              int64
	Name, Description *string
	// MayEdit and MayCopy are the author's of the scenario to give.
	MayEdit, MayCopy *bool
	// Costs take the place of all there are. They make an approved scenario a draft.
	Costs *[]Cost
}

// Describe changes what is known of a scenario beside its edits.
func (b *Book) Describe(ctx context.Context, id string, d Description) (*Scenario, error) {
	return b.change(ctx, id, func(s *Scenario) (*write, error) {
		if err := s.open(d.Author); err != nil {
			return nil, err
		}
		if d.Seen != 0 && d.Seen != s.Version {
			return nil, s.movedOn(d.Seen)
		}
		if (d.MayEdit != nil || d.MayCopy != nil) && s.Author != d.Author {
			return nil, geo.Refuse(geo.Tf("只有编制人 %s 能决定他人可否编辑、复制", "only %s, its author, says whether others may edit or copy it", s.Author))
		}
		set(&s.Name, d.Name)
		set(&s.Description, d.Description)
		set(&s.MayEdit, d.MayEdit)
		set(&s.MayCopy, d.MayCopy)
		if d.Costs != nil && !slices.Equal(*d.Costs, s.Costs) {
			s.Costs = append([]Cost(nil), *d.Costs...)
			s.redraft()
		}
		return s.rewrite(d.Author, "修改方案说明 describe scenario"), s.check()
	})
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// rewrite is a write of the scenario's record alone.
func (s *Scenario) rewrite(author, what string) *write {
	return &write{author: author, reason: fmt.Sprintf("%s %s: %s", what, s.ID, s.Name), next: s}
}

// redraft takes an approval back.
func (s *Scenario) redraft() {
	if s.State == Approved {
		s.State = Draft
	}
	s.ApprovedBy, s.ApprovedHash = "", ""
}

// open refuses changes of a scenario by whom may not make them, or in a state that has
// none.
func (s *Scenario) open(author string) error {
	switch {
	case s.State == Archived:
		return geo.Refuse(geo.Tf("方案“%s”已归档，不能修改", "scenario “%s” is archived and cannot be changed", s.Name),
			geo.T("先恢复方案，或复制一份再修改", "restore it first, or change a copy"))
	case s.State == Adopted:
		return geo.Refuse(geo.Tf("方案“%[1]s”已采纳为版本 %[2]d，不能修改", "scenario “%[1]s” was adopted as revision %[2]d and cannot be changed", s.Name, s.AdoptedAs),
			geo.T("复制一份再修改", "change a copy"))
	}
	return s.mayEdit(author)
}

func (s *Scenario) mayEdit(author string) error {
	if s.MayEdit || s.Author == author {
		return nil
	}
	return geo.Refuse(
		geo.Tf("方案“%[1]s”的编制人 %[2]s 不允许他人修改", "%[2]s, the author of scenario “%[1]s”, does not let others change it", s.Name, s.Author),
		geo.T("请编制人允许他人编辑，或复制一份再修改", "ask the author to let others edit it, or change a copy"))
}

// movedOn says that a scenario is not of the version that somebody saw.
func (s *Scenario) movedOn(seen int64) error {
	row, _ := s.row()
	row.Version = s.Version
	return geo.Refuse(
		geo.Tf("方案“%s”在此期间被修改过", "scenario “%s” was changed meanwhile", s.Name),
		geo.T("重新载入方案，再提交", "load the scenario again and repeat")).Because(&layers.ConflictError{Total: 1, Conflicts: []layers.Conflict{{
		Layer: layers.ScenariosLayer, Op: layers.Update, Yours: geo.Feature{ID: s.ID}, Seen: seen, Theirs: &row,
	}}})
}

// Archive puts a scenario out of the way.
func (b *Book) Archive(ctx context.Context, id, author string) (*Scenario, error) {
	return b.change(ctx, id, func(s *Scenario) (*write, error) {
		if s.State == Archived {
			return nil, nil
		}
		s.State = Archived
		return s.rewrite(author, "归档方案 archive scenario"), s.mayEdit(author)
	})
}

// Restore brings a scenario back from the archive, in the state that it had.
func (b *Book) Restore(ctx context.Context, id, author string) (*Scenario, error) {
	return b.change(ctx, id, func(s *Scenario) (*write, error) {
		switch {
		case s.State != Archived:
			return nil, nil
		case s.AdoptedAs != 0:
			s.State = Adopted
		case s.ApprovedHash != "":
			s.State = Approved
		default:
			s.State = Draft
		}
		return s.rewrite(author, "恢复方案 restore scenario"), s.mayEdit(author)
	})
}

// Approve marks the present content of a scenario as approved, provided that it is the
// one whose hash is given: what the approver saw.
func (b *Book) Approve(ctx context.Context, id, by, hash string) (*Scenario, error) {
	if err := checkWords(geo.T("批准人", "approver"), by, MaxName); err != nil {
		return nil, err
	}
	return b.change(ctx, id, func(s *Scenario) (*write, error) {
		if err := s.open(s.Author); err != nil {
			return nil, err
		}
		net, err := b.Net(ctx, s)
		if err != nil {
			return nil, err
		}
		if net.Hash() != hash {
			return nil, s.movedOn(0)
		}
		if net.Empty() {
			return nil, geo.Refuse(geo.Tf("方案“%s”没有改变现状，无可批准", "scenario “%s” changes nothing that could be approved", s.Name),
				geo.T("先添加编辑", "add edits first"))
		}
		s.State, s.ApprovedBy, s.ApprovedHash = Approved, by, hash
		return s.rewrite(by, "批准方案 approve scenario"), nil
	})
}
