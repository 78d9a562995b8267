package pipeline

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"yiju/analysis"
	"yiju/analysis/indicator"
	"yiju/analysis/indicator/metric"
	"yiju/geo"
	"yiju/layers"
	"yiju/layers/scenario"
)

// Delta is what a scenario changes against its base, or against another scenario.
type Delta struct {
	// A is the other scenario; nil for the base.
	A *DeltaSide `json:"a"`
	B DeltaSide  `json:"b"`
	// Values have, as base, what they are in A.
	Values   []SidedValue   `json:"values"`
	Flips    []string       `json:"flips"`
	Features []FeatureDelta `json:"features"`
	Areas    []AreaDelta    `json:"areas"`
	Costs    CostSheet      `json:"costs"`
	// CostsA are those of the other scenario; nil for the base.
	CostsA *CostSheet `json:"costs_a,omitempty"`
}

// DeltaSide names one side.
type DeltaSide struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Hash string `json:"hash"`
}

// FeatureDelta lists the features of a layer that one side has otherwise than the
// other, by id.
type FeatureDelta struct {
	Layer   string   `json:"layer"`
	Gained  []string `json:"gained"`
	Lost    []string `json:"lost"`
	Changed []string `json:"changed"`
}

// AreaDelta is an area of a result on both sides: what B has and A has not, and the
// other way round, as result layers of B's view. Parts under 1 m² are left out.
type AreaDelta struct {
	// Layer is the result layer compared.
	Layer       string   `json:"layer"`
	Title       geo.Text `json:"title"`
	Gained_m2   float64  `json:"gained_m2"`
	Lost_m2     float64  `json:"lost_m2"`
	GainedLayer string   `json:"gained_layer"`
	LostLayer   string   `json:"lost_layer"`
}

// deltaSide is a side with what it was computed from.
type deltaSide struct {
	judgement *indicator.Judgement
	view      *scenario.View
	// brief is the part of an answer that was computed at once; false where there is none.
	brief func(key string) (analysis.Result, bool)
	// result is the whole of it.
	result func(ctx context.Context, n metric.Need) (analysis.Result, error)
}

// Delta compares the scenario with its base, or with another scenario of the same
// workspace where against names one. Both are judged under the request.
func (p *Place) Delta(ctx context.Context, against string, request LiveRequest) (*Delta, error) {
	if _, err := p.Live(ctx, request); err != nil {
		return nil, err
	}
	l, mine, err := p.following(ctx, request)
	if err != nil {
		return nil, err
	}
	b := l.side()
	a, other, err := p.otherSide(ctx, against, request, l)
	if err != nil {
		return nil, err
	}
	net := b.view.Net()
	out := &Delta{B: DeltaSide{mine.ID, mine.Name, net.Hash()}, Values: sidedValues(a.judgement, b.judgement)}
	out.Flips = flips(out.Values)
	if out.Features, err = featureDeltas(ctx, a.view, b.view); err != nil {
		return nil, err
	}
	if out.Costs, err = costsOf(mine, net, l.transform()); err != nil {
		return nil, err
	}
	if other != nil {
		out.A = &DeltaSide{other.ID, other.Name, a.view.Net().Hash()}
		costs, err := costsOf(other, a.view.Net(), l.transform())
		if err != nil {
			return nil, err
		}
		out.CostsA = &costs
	}
	out.Areas, err = l.areaDeltas(ctx, &a, &b)
	return out, err
}

// otherSide is the base of l, or the scenario that against names.
func (p *Place) otherSide(ctx context.Context, against string, request LiveRequest, l *Live) (deltaSide, *scenario.Scenario, error) {
	if against == "" {
		side, err := l.baseSide(ctx)
		return side, nil, err
	}
	place, err := p.s.Place(ctx, against)
	if err != nil {
		return deltaSide{}, nil, err
	}
	if _, err := place.Live(ctx, request); err != nil {
		return deltaSide{}, nil, err
	}
	other, scn, err := place.following(ctx, request)
	if err != nil {
		return deltaSide{}, nil, err
	}
	return other.side(), scn, nil
}

// side is the scenario as it was computed last.
func (l *Live) side() deltaSide {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.w
	return deltaSide{
		judgement: l.now, view: l.view,
		brief: w.brief,
		result: func(_ context.Context, n metric.Need) (analysis.Result, error) {
			run := w.runs[n.Key()]
			if run.missing != nil {
				return analysis.Result{}, nil
			}
			return run.all()
		},
	}
}

func (w *judging) brief(key string) (analysis.Result, bool) {
	run := w.runs[key]
	if run == nil || run.missing != nil {
		return analysis.Result{}, false
	}
	return run.answer.brief, true
}

// baseSide is the base of the scenario: what was said at once is known, what is drawn
// is computed when it is asked for.
func (l *Live) baseSide(ctx context.Context) (deltaSide, error) {
	bare, err := scenario.NewView(ctx, l.view.Below(), l.view.Pin())
	if err != nil {
		return deltaSide{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	w := newJudging(New(bare), storeGround{bare, l.baseAt}, l.w.request, l.baseAt)
	w.profile, w.sha256, w.asked, w.needs = l.w.profile, l.w.sha256, l.w.asked, l.w.needs
	if w.scene, err = w.ground.scene(ctx, w.spec(l.base.Community.ID)); err != nil {
		return deltaSide{}, err
	}
	if err := w.prepareWalks(); err != nil {
		return deltaSide{}, err
	}
	return deltaSide{
		judgement: l.base, view: bare, brief: l.baseW.brief,
		result: func(ctx context.Context, n metric.Need) (analysis.Result, error) {
			run, err := w.answer(ctx, n)
			if err != nil || run.missing != nil {
				return analysis.Result{}, err
			}
			return run.answer.all()
		},
	}, nil
}

// featureDeltas compares the input layers of two views.
func featureDeltas(ctx context.Context, a, b *scenario.View) ([]FeatureDelta, error) {
	shifts, err := scenario.CompareViews(ctx, a, b)
	if err != nil {
		return nil, err
	}
	out := []FeatureDelta{}
	for i := range shifts {
		s := &shifts[i]
		if layers.Own(s.Layer) {
			continue
		}
		if len(out) == 0 || out[len(out)-1].Layer != s.Layer {
			out = append(out, FeatureDelta{Layer: s.Layer, Gained: []string{}, Lost: []string{}, Changed: []string{}})
		}
		d := &out[len(out)-1]
		switch {
		case s.Old == nil:
			d.Gained = append(d.Gained, s.ID)
		case s.New == nil:
			d.Lost = append(d.Lost, s.ID)
		default:
			d.Changed = append(d.Changed, s.ID)
		}
	}
	return out, nil
}

// areaDeltas compares the areas of those analyses that say something else on the two
// sides, and draws what differs into the view of l.
func (l *Live) areaDeltas(ctx context.Context, a, b *deltaSide) ([]AreaDelta, error) {
	l.mu.Lock()
	needs := l.w.needs
	l.mu.Unlock()
	out := []AreaDelta{}
	var drawn []analysis.Layer
	for _, n := range needs {
		was, ok1 := a.brief(n.Key())
		is, ok2 := b.brief(n.Key())
		if !ok1 && !ok2 || reflect.DeepEqual(was, is) {
			continue
		}
		from, err := a.result(ctx, n)
		if err != nil {
			return nil, err
		}
		to, err := b.result(ctx, n)
		if err != nil {
			return nil, err
		}
		deltas, made, err := areasOf(&from, &to)
		if err != nil {
			return nil, err
		}
		for i := range deltas { // the same question may be asked up to other minutes
			if !slices.ContainsFunc(out, func(d AreaDelta) bool { return d.Layer == deltas[i].Layer }) {
				out = append(out, deltas[i])
				drawn = append(drawn, made[2*i], made[2*i+1])
			}
		}
	}
	return out, l.keepDelta(ctx, drawn)
}

// keepDelta puts what was drawn in the place of what an earlier comparison drew.
func (l *Live) keepDelta(ctx context.Context, drawn []analysis.Layer) error {
	infos, err := l.view.Layers(ctx)
	if err != nil {
		return err
	}
	batch := layers.Batch{Author: "yiju", Reason: "comparison"}
	for _, info := range infos {
		if OfDelta(info.Schema.Layer) {
			batch.Drop = append(batch.Drop, info.Schema.Layer)
		}
	}
	l.mu.Lock()
	s := l.w.scene
	l.mu.Unlock()
	for _, layer := range drawn {
		if err := writeLayer(&batch, s, layer); err != nil {
			return err
		}
	}
	if len(drawn)+len(batch.Drop) == 0 {
		return nil
	}
	_, err = l.view.Apply(ctx, batch)
	return err
}

// deltaPrefix begins the names of layers that comparisons draw.
const deltaPrefix = "delta_"

// OfDelta tells whether a layer was drawn by a comparison of scenarios.
func OfDelta(name string) bool { return strings.HasPrefix(name, deltaPrefix) }
