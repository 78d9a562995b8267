package metric

import "yiju/geo"

// slackM is how much farther than it must, in metres, an edit is taken to be felt, so
// that rounding does not matter.
const slackM = 0.01

// around is a question asked of every one of some features, whose answer rests on the
// feature and on what lies near it.
type around[T any] struct {
	key     string
	of      []*item // who is asked
	near    []*view // the layers that matter
	reach_m float64 // how far beyond a feature they matter
	// prepare looks at what touches a window, and gives the function that answers for
	// features whose extent, grown by reach_m, lies in it. It is not called where every
	// answer is known. An answer must not rest on the numbering of features.
	prepare func(window geo.Extent) func(*item) T
}

// surroundings are the answers given last.
type surroundings[T any] struct {
	of      []*item
	near    []*view
	reach_m float64
	answers []T
}

// ask gives the answers, in the order of those asked. They are not to be changed.
func (q around[T]) ask(g *ground) []T {
	a := g.memory.answer(q.key)
	a.Lock()
	defer a.Unlock()
	last, _ := a.value.(*surroundings[T])
	out := &surroundings[T]{of: q.of, near: q.near, reach_m: q.reach_m, answers: make([]T, len(q.of))}
	open := q.reuse(last, out)
	if len(open) > 0 {
		window := geo.EmptyExtent()
		for _, i := range open {
			window = window.Union(q.of[i].extent.Grow(q.reach_m + slackM))
		}
		find := q.prepare(window)
		for _, i := range open {
			out.answers[i] = find(q.of[i])
		}
	}
	a.value = out
	return out.answers
}

// reuse takes over the answers that still hold, and lists who must be asked.
func (q around[T]) reuse(last, out *surroundings[T]) (open []int) {
	felt, all := q.felt(last)
	k := 0
	for i, x := range q.of {
		known := false
		if !all {
			for k < len(last.of) && last.of[k] != x && last.of[k].ID < x.ID {
				k++
			}
			if known = k < len(last.of) && last.of[k] == x && !felt(x.extent); known {
				out.answers[i] = last.answers[k]
			}
		}
		if !known {
			open = append(open, i)
		}
	}
	return open
}

// felt tells which features feel what changed since the last answers; all tells that
// nothing is known.
func (q around[T]) felt(last *surroundings[T]) (felt func(geo.Extent) bool, all bool) {
	if last == nil || last.reach_m != q.reach_m || len(last.near) != len(q.near) {
		return nil, true
	}
	return touchingAny(changedPlaces(q.near, last.near, q.reach_m)), false
}

// changedPlaces are the extents of what layers have that they had not, and the other
// way round, grown by a reach.
func changedPlaces(now, before []*view, reach_m float64) []geo.Extent {
	var places []geo.Extent
	for i, v := range now {
		for _, x := range v.since(before[i]) {
			if !x.extent.IsEmpty() {
				places = append(places, x.extent.Grow(reach_m+slackM))
			}
		}
	}
	return places
}

// touchingAny tells which extents touch one of some places.
func touchingAny(places []geo.Extent) func(geo.Extent) bool {
	whole := geo.EmptyExtent()
	for _, e := range places {
		whole = whole.Union(e)
	}
	return func(x geo.Extent) bool {
		if !whole.Touches(x) {
			return false
		}
		for _, e := range places {
			if e.Touches(x) {
				return true
			}
		}
		return false
	}
}

// touching lists the items that touch a window.
func (v *view) touching(window geo.Extent) []*item {
	var out []*item
	for _, x := range v.items {
		if window.Touches(x.extent) {
			out = append(out, x)
		}
	}
	return out
}
