package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"yiju/analysis/indicator"
	"yiju/geo"
	"yiju/layers/scenario"
)

// RemedyRequest asks what would make a requirement pass.
type RemedyRequest struct {
	// Scenario is the one to go on from; empty is the base as it is now.
	Scenario    string
	Community   string
	Profile     string
	Requirement string
}

// Remedy is a way to bring a requirement nearer to its threshold, as edits that can be
// opened as a scenario. Its value was computed with the edits in place, not estimated.
type Remedy struct {
	Title geo.Text `json:"title"`
	Why   geo.Text `json:"why"`
	// Kind is the entry of the palette of its things; empty where they are of several.
	Kind  string          `json:"kind"`
	Edits []scenario.Edit `json:"-"`
	// Things counts what has to be put up or changed.
	Things int `json:"things"`
	// Costs are by the unit costs of the scenario; no lines where it has none.
	Costs       CostSheet         `json:"costs"`
	Requirement string            `json:"requirement"`
	Before      *float64          `json:"value_before"`
	After       *float64          `json:"value_after"`
	Unit        string            `json:"unit"`
	Verdict     indicator.Verdict `json:"verdict"`
	Passes      bool              `json:"passes"`
}

// Remedies is what was found.
type Remedies struct {
	Remedies []Remedy `json:"remedies"`
	// Tried counts the places and changes that were tried out.
	Tried int `json:"tried"`
	// Note says why there are none, or none that is enough; empty otherwise.
	Note geo.Text `json:"note"`
}

// Bounds of the search.
const (
	maxRemedySteps = 24 // things put together
	maxFirstTries  = 40 // candidates tried on their own
	maxLaterTries  = 10 // tried again on top of those chosen
	maxSingles     = 5  // remedies of one thing that are told
	searchTime     = 30 * time.Second
)

// candidate is something that could help.
type candidate struct {
	kind       string
	title, why geo.Text
	noun       geo.Text // for several of them, where the palette has no entry of the kind
	edits      []scenario.Edit
	things     int
	// hint is what it may gain, to try the best first.
	hint float64
	// after is the value with it alone; gain how much nearer to the threshold.
	after indicator.Judged
	gain  float64
}

// Remedies tries out what of the palette would bring a failing requirement nearest to
// its threshold: each candidate alone, and as many of the best together as it takes.
// With unit costs the cheapest comes first, else that with the fewest things. A
// requirement that is met, or of which nothing is computed, is refused.
func (s *Scenarios) Remedies(ctx context.Context, request RemedyRequest) (*Remedies, error) {
	t, err := s.newTrial(ctx, request)
	if err != nil {
		return nil, err
	}
	before := t.before
	switch {
	case before.Verdict == indicator.Pass:
		return nil, geo.Refuse(geo.Tf("要求 %s 已达标", "requirement %s is met already", request.Requirement))
	case before.Measure == nil || before.Threshold == nil || before.Measure.Value == nil && before.Measure.High == nil:
		return nil, geo.Refuse(geo.Tf("要求 %s 没有可计算的数值，无从推算", "nothing is computed for requirement %s that could be brought nearer to a threshold", request.Requirement),
			geo.T("先补齐所缺数据", "bring the data that is missing first"))
	}
	found, err := t.candidates(ctx)
	t.until = time.Now().Add(searchTime)
	if err != nil {
		return nil, err
	}
	return t.search(ctx, found)
}

// search tries candidates alone, then together.
func (t *trial) search(ctx context.Context, found []candidate) (*Remedies, error) {
	out := &Remedies{Remedies: []Remedy{}}
	if missing := t.before.Measure.Missing; len(found) == 0 && len(missing) > 0 {
		out.Note = geo.T("缺少数据，无从推算："+missing[0].ZH, "data is missing without which nothing can be worked out: "+missing[0].EN)
		return out, nil
	}
	if len(found) == 0 {
		out.Note = geo.T("调色板中没有能改变这一数值的元素，或社区内没有可放置的位置", "Nothing of the palette changes this value, or there is no place in the community to put it")
		return out, nil
	}
	if !t.ordered {
		slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(b.hint, a.hint) })
	}
	first := maxFirstTries
	if t.ordered {
		first = maxSingles
	}
	alone, err := t.tryAll(ctx, nil, found[:min(len(found), first)], out)
	if err != nil {
		return nil, err
	}
	for i := range alone[:min(len(alone), maxSingles)] {
		if err := t.tell(out, alone[i:i+1]); err != nil {
			return nil, err
		}
	}
	chosen, err := t.several(ctx, alone, found, out)
	if err != nil {
		return nil, err
	}
	if len(chosen) > 1 {
		if err := t.tell(out, chosen); err != nil {
			return nil, err
		}
	}
	t.sort(out)
	return out, nil
}

// tryAll tries candidates on top of others and gives those that help, the best first.
func (t *trial) tryAll(ctx context.Context, on []candidate, list []candidate, out *Remedies) ([]candidate, error) {
	var base []scenario.Edit
	from := t.before
	for i := range on {
		base = append(base, on[i].edits...)
		from = on[i].after
	}
	var helping []candidate
	for _, c := range list {
		if t.late() {
			break
		}
		out.Tried++
		after, err := t.value(ctx, append(slices.Clone(base), c.edits...))
		if fault := geo.AsFault(err); fault != nil {
			continue // it cannot be put there
		}
		if err != nil {
			return nil, err
		}
		c.after, c.gain = after, t.nearer(&from, &after)
		t.unclear = t.unclear || after.Verdict == indicator.Insufficient
		if c.gain > 0 {
			helping = append(helping, c)
		}
	}
	slices.SortStableFunc(helping, func(a, b candidate) int {
		return cmp.Compare(b.gain/t.price(&b), a.gain/t.price(&a))
	})
	return helping, nil
}

// several finds how many together it takes.
func (t *trial) several(ctx context.Context, alone, found []candidate, out *Remedies) ([]candidate, error) {
	if t.ordered {
		return t.fewest(ctx, found, out)
	}
	return t.together(ctx, alone, out)
}

// fewest finds how many of a list that is ordered by what each adds to those before are
// enough: twice as many until they are, then by halves. Where all are not enough, it is
// all of them.
func (t *trial) fewest(ctx context.Context, found []candidate, out *Remedies) ([]candidate, error) {
	try := func(n int) (bool, error) {
		var edits []scenario.Edit
		for i := range found[:n] {
			edits = append(edits, found[i].edits...)
		}
		out.Tried++
		after, err := t.value(ctx, edits)
		found[n-1].after = after
		return after.Verdict == indicator.Pass, err
	}
	enough, short := 0, 0
	for n := 2; enough == 0; n *= 2 {
		n = min(n, len(found))
		met, err := try(n)
		if err != nil {
			return nil, err
		}
		switch {
		case met:
			enough = n
		case n == len(found) || t.late():
			return found[:n], nil
		default:
			short = n
		}
	}
	for enough-short > 1 && !t.late() {
		n := (enough + short) / 2
		met, err := try(n)
		if err != nil {
			return nil, err
		}
		if met {
			enough = n
		} else {
			short = n
		}
	}
	return found[:enough], nil
}

// together puts the best on top of one another until the requirement is met, or nothing
// helps any more.
func (t *trial) together(ctx context.Context, alone []candidate, out *Remedies) ([]candidate, error) {
	if len(alone) == 0 {
		return nil, nil
	}
	chosen, rest := []candidate{alone[0]}, alone[1:]
	things := chosen[0].things
	for chosen[len(chosen)-1].after.Verdict != indicator.Pass && len(rest) > 0 && things < maxRemedySteps && !t.late() {
		next, err := t.tryAll(ctx, chosen, rest[:min(len(rest), maxLaterTries)], out)
		if err != nil {
			return nil, err
		}
		if len(next) == 0 { // those help no more on top of the others; further ones may
			rest = rest[min(len(rest), maxLaterTries):]
			continue
		}
		best := next[0]
		chosen = append(chosen, best)
		things += best.things
		rest = slices.DeleteFunc(slices.Clone(rest), func(c candidate) bool { return c.title == best.title })
		// What helps less on top of others is tried later.
		slices.SortStableFunc(rest, func(a, b candidate) int { return cmp.Compare(t.rank(next, &a), t.rank(next, &b)) })
	}
	return chosen, nil
}

func (t *trial) rank(list []candidate, c *candidate) int {
	if i := slices.IndexFunc(list, func(o candidate) bool { return o.title == c.title }); i >= 0 {
		return i
	}
	return len(list) + 1
}

// late tells that the time for trying is over.
func (t *trial) late() bool { return time.Now().After(t.until) }

// price is what a candidate costs, by which gains are compared: its unit cost where the
// user gave one, else its number of things.
func (t *trial) price(c *candidate) float64 {
	for _, cost := range t.scenario.Costs {
		if cost.Kind == c.kind && cost.Per == scenario.PerThing && cost.Amount > 0 {
			return cost.Amount * float64(max(c.things, 1))
		}
	}
	return float64(max(c.things, 1))
}

// nearer is how much nearer to the threshold a value is than another, in its unit; 0 or
// less where it is not.
func (t *trial) nearer(from, to *indicator.Judged) float64 {
	a, b := reached(from), reached(to)
	if a == nil || b == nil || to.Threshold == nil {
		return 0
	}
	gap := func(v float64) float64 {
		if to.Operator.Holds(v, *to.Threshold) {
			return 0
		}
		return math.Abs(v - *to.Threshold)
	}
	gained := gap(*a) - gap(*b)
	if gained == 0 && to.Verdict == indicator.Pass && from.Verdict != indicator.Pass {
		return math.SmallestNonzeroFloat64
	}
	return gained
}

// reached is the value, or the bound nearest to it where a part is unknown.
func reached(j *indicator.Judged) *float64 {
	if j.Measure == nil {
		return nil
	}
	if j.Measure.Value != nil {
		return j.Measure.Value
	}
	return j.Measure.Low
}

// tell adds a remedy of some candidates, the last of which was tried on top of the
// others.
func (t *trial) tell(out *Remedies, list []candidate) error {
	last := &list[len(list)-1]
	r := Remedy{
		Title: last.title, Why: last.why, Kind: last.kind, Requirement: t.before.ID, Unit: t.before.Unit,
		Before: reached(&t.before), After: reached(&last.after), Verdict: last.after.Verdict, Passes: last.after.Verdict == indicator.Pass,
	}
	for i := range list {
		r.Edits = append(r.Edits, list[i].edits...)
		r.Things += list[i].things
		if list[i].kind != r.Kind {
			r.Kind = ""
		}
	}
	if len(list) > 1 {
		r.Title = combinedTitle(list)
		r.Why = geo.Tf("%d 处合在一起，数值均为实际推算", "%d places together; the value was computed with all of them", len(list))
	}
	var err error
	r.Costs, err = t.costs(r.Edits)
	out.Remedies = append(out.Remedies, r)
	return err
}

// combinedTitle names what is put together: "2 × gate, 1 × fitness place".
func combinedTitle(list []candidate) geo.Text {
	palette, err := Palette()
	if err != nil {
		palette = nil
	}
	var zh, en string
	var done []string
	for i := range list {
		kind, noun := list[i].kind, list[i].noun
		if slices.Contains(done, kind+noun.EN) {
			continue
		}
		done = append(done, kind+noun.EN)
		n := 0
		for k := range list {
			if list[k].kind == kind && list[k].noun == noun {
				n += list[k].things
			}
		}
		title := list[i].noun
		if title.ZH == "" {
			title = list[i].title
		}
		if j := slices.IndexFunc(palette, func(e PaletteEntry) bool { return e.ID == kind }); j >= 0 {
			title = palette[j].Title
		}
		if zh != "" {
			zh, en = zh+"、", en+", "
		}
		zh, en = zh+fmt.Sprintf("%s %d 处", title.ZH, n), en+fmt.Sprintf("%d × %s", n, title.EN)
	}
	return geo.T(zh, en)
}

// sort puts those that pass first, the cheapest or smallest before others, then the
// rest by how far they come.
func (t *trial) sort(out *Remedies) {
	weight := func(r *Remedy) float64 {
		if len(r.Costs.Sums) == 1 && len(r.Costs.Unpriced) == 0 {
			return r.Costs.Sums[0].Sum
		}
		return float64(r.Things)
	}
	slices.SortStableFunc(out.Remedies, func(a, b Remedy) int {
		if a.Passes != b.Passes {
			if a.Passes {
				return -1
			}
			return 1
		}
		if a.Passes { // of equal ones that first which changes what is there
			return cmp.Or(cmp.Compare(weight(&a), weight(&b)), cmp.Compare(adds(&a), adds(&b)))
		}
		return cmp.Compare(t.left(&a), t.left(&b))
	})
	switch {
	case t.late() && (len(out.Remedies) == 0 || !out.Remedies[0].Passes):
		out.Note = geo.Tf("试算已到时限，试算了 %d 处，尚未达标；未试遍所有位置", "the time for trying is over after %d places, and none is enough yet; not all places were tried", out.Tried)
	case len(out.Remedies) == 0 && t.unclear:
		out.Note = geo.Tf("试算了 %d 处；因缺少数据，放置后也无法判定是否达标，请先补齐数据", "%d places were tried; data is missing, so that with them it cannot be told either: bring the data first", out.Tried)
	case len(out.Remedies) == 0:
		out.Note = geo.Tf("试算了 %d 处，没有一处能使数值更接近要求", "%d places were tried and none brings the value nearer to what is required", out.Tried)
	case !out.Remedies[0].Passes:
		out.Note = geo.Tf("试算了 %d 处，合在一起仍不达标", "%d places were tried; together they are not enough", out.Tried)
	}
}

// adds counts what a remedy brings that is not there yet.
func adds(r *Remedy) int {
	n := 0
	for i := range r.Edits {
		if r.Edits[i].Op == scenario.Add {
			n++
		}
	}
	return n
}

func (t *trial) left(r *Remedy) float64 {
	if r.After == nil || t.before.Threshold == nil {
		return math.Inf(1)
	}
	return math.Abs(*r.After - *t.before.Threshold)
}

// errNoRequirement tells of a requirement that the profile does not have.
var errNoRequirement = errors.New("pipeline: no such requirement")
