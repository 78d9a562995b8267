package radio

// relief marks what the ground hides.
func (m *Model) relief(s *shade) {
	if m.ground == nil {
		return
	}
	cv := s.cv
	for _, r := range cv.rows {
		for c := int(r.from); c < int(r.to); c++ {
			k := int(r.row)*cv.grid.Cols + c
			if !s.isHidden(int(r.row), c) && m.ground.blocks(s.t.at, cv.grid.At(c, int(r.row)), s.t.z, cv.z[k]) {
				s.hidden[int(r.row)*shadeWords+c>>6] |= 1 << (c & 63)
			}
		}
	}
}
