package radio

// relief marks what the ground hides.
func (m *Model) relief(s *shade) {
	if m.ground == nil {
		return
	}
	cv := s.cv
	for _, r := range cv.rows {
		for c := int(r.from); c < int(r.to); c++ {
			row := int(r.row)
			k := row*cv.grid.Cols + c
			if s.isHidden(row, c) && !s.diffracts {
				continue
			}
			p := cv.grid.At(c, row)
			if !m.ground.blocks(s.t.at, p, s.t.z, cv.z[k]) {
				continue
			}
			s.hide(row, c)
			if s.diffracts {
				at := receiver{at: p, z: cv.z[k]}
				s.edges[k] = max(s.edges[k], float32(m.ground.edges(s.t, &at, float64(s.lengths[k]))))
			}
		}
	}
}
