package sight

import "yiju/geo"

// Proposed is a camera that would be put up.
type Proposed struct{}

func (r *run) advise()                       {}
func (r *run) adviceSchema() geo.Schema      { return geo.Schema{} }
func (r *run) adviceFeatures() []geo.Feature { return nil }
