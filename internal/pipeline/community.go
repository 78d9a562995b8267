package pipeline

import (
	"context"
	"strings"

	"yiju/geo"
	"yiju/geo/crs"
	"yiju/layers"
)

// Communities lists the communities of a workspace at a revision, ordered by id.
func Communities(ctx context.Context, r layers.Reader, at layers.Revision) ([]geo.Feature, error) {
	return readAll(ctx, r, "communities", layers.Query{At: at})
}

// chooseCommunity finds a community by id or name. Asked for none, it takes the
// one that the workspace's settings name, or the only one there is.
func chooseCommunity(ctx context.Context, r layers.Reader, at layers.Revision, asked string) (geo.Feature, error) {
	all, err := Communities(ctx, r, at)
	if err != nil {
		return geo.Feature{}, err
	}
	if asked == "" {
		asked, err = defaultCommunity(ctx, r, at)
		if err != nil {
			return geo.Feature{}, err
		}
	}
	if asked == "" && len(all) == 1 {
		return all[0], nil
	}
	for _, f := range all {
		if name, _ := f.Text("name"); asked != "" && (f.ID == asked || name == asked) {
			return f, nil
		}
	}
	return geo.Feature{}, noCommunity(all, asked)
}

func defaultCommunity(ctx context.Context, r layers.Reader, at layers.Revision) (string, error) {
	settings, err := Settings(ctx, r, at)
	if err != nil {
		return "", err
	}
	id, _ := settings.Text("community")
	return id, nil
}

func noCommunity(all []geo.Feature, asked string) error {
	if len(all) == 0 {
		return geo.Refuse(
			geo.T("工作区里没有社区边界", "the workspace has no community boundary"),
			geo.T("导入时用 --boundary 或 --bbox 给出边界", "give one with --boundary or --bbox when you import"))
	}
	const most = 10
	var names []string
	for i := range all[:min(len(all), most)] {
		name, _ := all[i].Text("name")
		names = append(names, strings.TrimSpace(all[i].ID+" "+name))
	}
	list := strings.Join(names, "; ")
	if len(all) > most {
		list += " …"
	}
	what := geo.Tf("工作区里没有社区 %q", "there is no community %q", asked)
	if asked == "" {
		what = geo.Tf("工作区里有 %d 个社区，需要指定一个", "the workspace has %d communities; say which", len(all))
	}
	return geo.Refuse(what, geo.Tf("用 --community 指定其一：%s", "name one with --community: %s", list))
}

// settingsID is the id of the one feature of layer settings.
const settingsID = "workspace"

// Settings reads the workspace's own facts; an empty feature when there are none.
func Settings(ctx context.Context, r layers.Reader, at layers.Revision) (geo.Feature, error) {
	all, err := readAll(ctx, r, "settings", layers.Query{IDs: []string{settingsID}, At: at})
	if err != nil || len(all) == 0 {
		return geo.Feature{ID: settingsID}, err
	}
	return all[0], nil
}

// workingCRS is the CRS the workspace names, or the one that fits the place.
func workingCRS(ctx context.Context, r layers.Reader, at layers.Revision, place geo.Extent) (string, error) {
	settings, err := Settings(ctx, r, at)
	if err != nil {
		return "", err
	}
	if name, ok := settings.Text("crs"); ok && name != "" {
		return name, nil
	}
	return crs.Working(place.Centre())
}
