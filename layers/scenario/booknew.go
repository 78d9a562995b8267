package scenario

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"yiju/geo"
	"yiju/layers"
)

// New is a scenario to be made.
type New struct {
	Name, Description, Author string
	// Base is the revision to lay it over; 0 is the newest state of the place: the
	// revision that last touched a layer of it.
	Base  layers.Revision
	Costs []Cost
	// Edits are appended as by Book.Edit, in order. Seq, Author (where it is empty), At
	// and Version are filled in.
	Edits []Edit
}

// Create makes a scenario. Others may edit and copy it until Describe says otherwise.
func (b *Book) Create(ctx context.Context, n New) (*Scenario, error) {
	s := &Scenario{
		Name: n.Name, Description: n.Description, Author: n.Author, Costs: append([]Cost(nil), n.Costs...), Base: n.Base,
		State: Draft, MayEdit: true, MayCopy: true, Created: now(), Next: 1, Edits: []Edit{},
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	var err error
	if s.Base, err = b.settleBase(ctx, n.Base); err != nil {
		return nil, err
	}
	steps := make([]Step, len(n.Edits))
	for i := range n.Edits {
		steps[i] = Step{Do: Append, Edit: &n.Edits[i]}
	}
	w := &write{next: s, put: map[int64]bool{}}
	if len(steps) > 0 {
		if w, _, err = b.edited(ctx, s, n.Author, steps); err != nil {
			return nil, err
		}
	}
	w.author, w.reason = n.Author, fmt.Sprintf("方案 scenario: %s", n.Name)
	return b.add(ctx, w)
}

// add writes a new scenario under an id of its own.
func (b *Book) add(ctx context.Context, w *write) (*Scenario, error) {
	for try := 0; ; try++ {
		w.next.ID = newID()
		err := b.write(ctx, w, 0)
		if err == nil {
			return w.next, nil
		}
		if try == maxTries || !movedOn(err) { // the id may be taken, once in a long while
			return nil, err
		}
	}
}

// settleBase gives the revision that a scenario is to lie over.
func (b *Book) settleBase(ctx context.Context, asked layers.Revision) (layers.Revision, error) {
	infos, err := b.store.Layers(ctx)
	if err != nil {
		return 0, err
	}
	place := placeOf(infos)
	if place == 0 {
		return 0, geo.Refuse(geo.T("工作区还没有数据，方案无从谈起", "the workspace holds no data that a scenario could change"),
			geo.T("先导入数据", "import data first"))
	}
	if asked == 0 {
		return place, nil
	}
	newest := place
	if n, ok := b.store.(layers.Numbered); ok {
		if newest, err = n.Newest(ctx); err != nil {
			return 0, err
		}
	}
	if asked < 0 || asked > newest {
		return 0, &layers.NoRevisionError{Asked: asked, Newest: newest}
	}
	return asked, nil
}

// Copy makes a scenario of another's content, with the author's name, in any state of
// the other. It is refused where the other's author does not want it.
func (b *Book) Copy(ctx context.Context, id, name, author string) (*Scenario, error) {
	from, err := b.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if !from.MayCopy && from.Author != author {
		return nil, geo.Refuse(
			geo.Tf("方案“%[1]s”的编制人 %[2]s 不允许他人复制", "%[2]s, the author of scenario “%[1]s”, does not let others copy it", from.Name, from.Author),
			geo.T("请编制人允许复制", "ask the author to allow copies"))
	}
	s := &Scenario{
		Name: name, Description: from.Description, Author: author, Base: from.Base, Parent: from.ID,
		State: Draft, MayEdit: true, MayCopy: true, Created: now(), Costs: from.Costs, Next: from.Next, Edits: from.Edits,
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	w := &write{author: author, reason: fmt.Sprintf("复制方案 copy of scenario %s: %s", from.ID, name), next: s, put: make(map[int64]bool, len(s.Edits))}
	for i := range s.Edits {
		w.put[s.Edits[i].Seq] = true
	}
	return b.add(ctx, w)
}

// check holds the texts and costs of a scenario against what is kept.
func (s *Scenario) check() error {
	if strings.TrimSpace(s.Name) == "" {
		return geo.Refuse(geo.T("方案没有名称", "the scenario has no name"), geo.T("填写名称", "give it a name"))
	}
	return errors.Join(
		checkWords(geo.T("方案名称", "name of the scenario"), s.Name, MaxName),
		checkWords(geo.T("方案说明", "description of the scenario"), s.Description, MaxComment),
		checkWords(geo.T("编制人", "author"), s.Author, MaxName),
		checkCosts(s.Costs))
}

func checkCosts(costs []Cost) error {
	if len(costs) > MaxCosts {
		return geo.Refuse(geo.Tf("单价有 %[1]d 条，最多 %[2]d 条", "there are %[1]d unit costs; %[2]d are the most", len(costs), MaxCosts))
	}
	seen := make(map[string]bool, len(costs))
	for _, c := range costs {
		if err := errors.Join(checkWords(geo.T("类别", "kind"), c.Kind, MaxName), checkWords(geo.T("币种", "currency"), c.Currency, MaxName)); err != nil {
			return err
		}
		switch {
		case c.Kind == "" || seen[c.Kind]:
			return geo.Refuse(geo.Tf("单价的类别 %q 为空或重复", "the kind %q of a unit cost is empty or there twice", c.Kind))
		case !(c.Amount >= 0 && c.Amount <= maxAmount):
			return geo.Refuse(geo.Tf("类别 %[1]s 的单价 %[2]g 不可用", "the unit cost of %[1]s cannot be %[2]g", c.Kind, c.Amount),
				geo.Tf("给出 0 到 %g 之间的数", "give a number from 0 to %g", maxAmount))
		case !slices.Contains([]Per{PerThing, PerMetre, PerSquareMetre}, c.Per):
			return geo.Refuse(geo.Tf("类别 %[1]s 的计量单位 %[2]q 未知", "kind %[1]s is counted by the unknown measure %[2]q", c.Kind, c.Per),
				geo.T("使用 thing、m 或 m2", "use thing, m or m2"))
		}
		seen[c.Kind] = true
	}
	return nil
}

// maxAmount bounds a unit cost, so that sums stay exact enough to be told.
const maxAmount = 1e12
