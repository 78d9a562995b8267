package main

import (
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// rect is a rectangle from two opposite corners, counter-clockwise.
func rect(x0, y0, x1, y1 float64) orb.Polygon {
	return geo.Extent{MinX: math.Min(x0, x1), MinY: math.Min(y0, y1), MaxX: math.Max(x0, x1), MaxY: math.Max(y0, y1)}.Polygon()
}

// polygon closes a list of corners.
func polygon(corners ...orb.Point) orb.Polygon {
	return orb.Polygon{append(append(orb.Ring{}, corners...), corners[0])}
}

// line is a list of points as a line.
func line(points ...orb.Point) orb.LineString { return orb.LineString(points) }

// roundedRect is a closed line with quarter circles at its corners, beginning in
// the middle of the south side.
func roundedRect(x0, y0, x1, y1, radius float64) orb.LineString {
	out := orb.LineString{{(x0 + x1) / 2, y0}}
	corners := []struct{ x, y, from float64 }{
		{x1 - radius, y0 + radius, -90}, {x1 - radius, y1 - radius, 0}, {x0 + radius, y1 - radius, 90}, {x0 + radius, y0 + radius, 180},
	}
	const steps = 3
	for _, c := range corners {
		for i := range steps + 1 {
			sin, cos := math.Sincos((c.from + 90*float64(i)/steps) * math.Pi / 180)
			out = append(out, mm(orb.Point{c.x + radius*cos, c.y + radius*sin}))
		}
	}
	return append(out, out[0])
}

// oval is a closed line around a centre, counter-clockwise from the east.
func oval(centre orb.Point, rx, ry float64, corners int) orb.LineString {
	out := make(orb.LineString, 0, corners+1)
	for i := range corners {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(corners))
		out = append(out, mm(orb.Point{centre[0] + rx*cos, centre[1] + ry*sin}))
	}
	return append(out, out[0])
}

// area is the polygon inside a closed line.
func area(closed orb.LineString) orb.Polygon { return orb.Polygon{orb.Ring(closed).Clone()} }

// offset moves a line sideways, to the left for positive distances, with mitred
// corners. Ends move square to their segment.
func offset(l orb.LineString, dist float64) orb.LineString {
	out := make(orb.LineString, len(l))
	for i := range l {
		var nx, ny, n float64
		if i > 0 {
			ax, ay := normal(l[i-1], l[i])
			nx, ny, n = nx+ax, ny+ay, n+1
		}
		if i+1 < len(l) {
			bx, by := normal(l[i], l[i+1])
			nx, ny, n = nx+bx, ny+by, n+1
		}
		// The mitre of two unit normals is their sum ÷ (1 + their dot product).
		scale := dist / n
		if n == 2 {
			scale = 2 * dist / (nx*nx + ny*ny)
		}
		out[i] = mm(orb.Point{l[i][0] + nx*scale, l[i][1] + ny*scale})
	}
	return out
}

// normal is the unit vector to the left of a–b.
func normal(a, b orb.Point) (x, y float64) {
	l := geo.Distance(a, b)
	return -(b[1] - a[1]) / l, (b[0] - a[0]) / l
}

// meet is where the straight lines through a–b and c–d cross.
func meet(a, b, c, d orb.Point) orb.Point {
	rx, ry := b[0]-a[0], b[1]-a[1]
	sx, sy := d[0]-c[0], d[1]-c[1]
	t := ((c[0]-a[0])*sy - (c[1]-a[1])*sx) / (rx*sy - ry*sx)
	return mm(orb.Point{a[0] + t*rx, a[1] + t*ry})
}

// along is the point at a distance from the start of a line, with the direction
// of the line there as a unit vector.
func along(l orb.LineString, dist float64) (at, direction orb.Point) {
	for i := 1; i < len(l); i++ {
		d := geo.Distance(l[i-1], l[i])
		if dist > d && i+1 < len(l) {
			dist -= d
			continue
		}
		ux, uy := (l[i][0]-l[i-1][0])/d, (l[i][1]-l[i-1][1])/d
		dist = math.Min(dist, d)
		return mm(orb.Point{l[i-1][0] + ux*dist, l[i-1][1] + uy*dist}), orb.Point{ux, uy}
	}
	return l[0], orb.Point{1, 0}
}

// beside is the point at a distance along a line, moved to the left of it.
func beside(l orb.LineString, dist, left float64) orb.Point {
	at, u := along(l, dist)
	return mm(orb.Point{at[0] - left*u[1], at[1] + left*u[0]})
}

// xAt is where a line that runs north has a given y; the line is continued
// beyond its ends.
func xAt(l orb.LineString, y float64) float64 {
	for i := 1; i < len(l); i++ {
		if y <= l[i][1] || i+1 == len(l) {
			t := (y - l[i-1][1]) / (l[i][1] - l[i-1][1])
			return round(l[i-1][0]+t*(l[i][0]-l[i-1][0]), 1000)
		}
	}
	return l[0][0]
}

// reversed is the line the other way round.
func reversed(l orb.LineString) orb.LineString {
	out := make(orb.LineString, len(l))
	for i, p := range l {
		out[len(l)-1-i] = p
	}
	return out
}

// roomFor tells whether a rectangle lies inside a ring and at least margin away
// from it.
func roomFor(ring orb.Ring, x0, y0, x1, y1, margin float64) bool {
	box := rect(x0, y0, x1, y1)[0]
	for _, c := range box[:4] {
		if !geo.Inside(orb.Polygon{ring}, c) || geo.NearestOnLine(orb.LineString(ring), c).Dist < margin {
			return false
		}
	}
	for _, c := range ring {
		if geo.NearestOnLine(orb.LineString(box), c).Dist < margin {
			return false
		}
	}
	return true
}

// fillet rounds a line: every inner corner becomes the two points a third of the
// way along its sides, as often as asked.
func fillet(l orb.LineString, times int) orb.LineString {
	for range times {
		out := orb.LineString{l[0]}
		for i := 1; i < len(l); i++ {
			a, b := l[i-1], l[i]
			if i > 1 {
				out = append(out, mm(orb.Point{a[0] + (b[0]-a[0])/4, a[1] + (b[1]-a[1])/4}))
			}
			if i+1 < len(l) {
				out = append(out, mm(orb.Point{a[0] + (b[0]-a[0])*3/4, a[1] + (b[1]-a[1])*3/4}))
			}
		}
		l = append(out, l[len(l)-1])
	}
	return l
}

// lengthOf is the length of a line in metres.
func lengthOf(l orb.LineString) float64 { return geo.Length(l) }
