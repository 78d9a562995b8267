package commit

import (
	"yiju/geo"
	"yiju/layers"
)

// Sum is how much a layer holds and where.
type Sum struct {
	Count  int
	Extent geo.Extent
}

// Sums works out what the plan changes in a layer that held before. exact is
// false when a feature on the rim of the old extent moved or went: the store must
// then measure the extent anew.
func (l *Layer) Sums(before Sum) (change layers.LayerChange, after Sum, exact bool) {
	change = layers.LayerChange{Layer: l.Name, Extent: geo.EmptyExtent()}
	after, exact = before, true
	if l.Dropped || l.Cleared {
		change.Deleted, change.Extent = before.Count, before.Extent
		after = Sum{Extent: geo.EmptyExtent()}
	}
	rim := after.Extent
	for _, w := range l.Writes {
		old, now := geo.EmptyExtent(), geo.EmptyExtent()
		if w.Old != nil {
			old = geo.ExtentOf(w.Old.Geometry)
		}
		if w.New != nil {
			now = geo.ExtentOf(w.New.Geometry)
		}
		switch {
		case w.Old == nil:
			change.Added++
		case w.New == nil:
			change.Deleted++
		default:
			change.Updated++
		}
		change.Extent = change.Extent.Union(old).Union(now)
		after.Extent = after.Extent.Union(now)
		if onRim(old, rim) && old != now {
			exact = false
		}
	}
	after.Count += change.Added
	if !l.Dropped && !l.Cleared {
		after.Count -= change.Deleted
	}
	return change, after, exact
}

func onRim(e, rim geo.Extent) bool {
	return !e.IsEmpty() && (e.MinX == rim.MinX || e.MinY == rim.MinY || e.MaxX == rim.MaxX || e.MaxY == rim.MaxY)
}
