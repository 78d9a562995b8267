package pipeline

import (
	"context"
	"math"

	"yiju/analysis/walk"
	"yiju/geo"
	"yiju/geo/crs"
	"yiju/layers"
)

// maxNetworks bounds the networks kept in memory: the profiles of one community.
const maxNetworks = 6

// whyReach_min is how far around the community a place can be asked about.
const whyReach_min = 15

// builtNetwork is a walking network with what it was built from.
type builtNetwork struct {
	community string
	profile   string
	at        layers.Revision // of the newest input
	network   *walk.Network
	transform *crs.Transform
	window    geo.Extent // in degrees, within which the network is complete
}

// network gives the walking network of a community as it is now, built once for
// each state of its inputs.
func (p *Pipeline) network(ctx context.Context, community string, profile walk.Profile) (*builtNetwork, error) {
	at, err := p.changed(ctx, walkInputs)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, b := range p.networks {
		if b.community == community && b.profile == profile.ID && b.at == at {
			copy(p.networks[1:i+1], p.networks[:i])
			p.networks[0] = b
			return b, nil
		}
	}
	built, err := p.buildNetwork(ctx, community, profile)
	if err != nil {
		return nil, err
	}
	built.at = at
	p.networks = append([]*builtNetwork{built}, p.networks...)
	p.networks = p.networks[:min(len(p.networks), maxNetworks)]
	return built, nil
}

func (p *Pipeline) buildNetwork(ctx context.Context, community string, profile walk.Profile) (*builtNetwork, error) {
	at, err := newest(ctx, p.store)
	if err != nil {
		return nil, err
	}
	params := walk.Params{MinutesCutoffs: []float64{whyReach_min}, Profile: profile}
	s, err := readWalkScene(ctx, p.store, at, community, params)
	if err != nil {
		return nil, err
	}
	network, err := walk.BuildNetwork(s.Scene, profile)
	if err != nil {
		return nil, err
	}
	back := []geo.Feature{s.Community}
	if err := s.transform.InverseFeatures(back); err != nil {
		return nil, err
	}
	return &builtNetwork{
		community: community, profile: profile.ID, network: network, transform: s.transform,
		window: growMetres(geo.ExtentOf(back[0].Geometry), math.Ceil(params.MarginM())),
	}, nil
}
