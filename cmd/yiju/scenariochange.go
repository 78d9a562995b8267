package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"yiju/geo"
	"yiju/internal/exchange"
	"yiju/internal/pipeline"
	"yiju/layers"
	"yiju/layers/scenario"
)

func newScenarioEditCommand(a *app) *cobra.Command {
	var (
		remove, off, on []int64
		author          string
	)
	cmd := &cobra.Command{
		Use: "edit ID [FILE.geojson]", Short: a.say("给方案添加编辑，或删除、开关已有的编辑", "Add edits to a scenario, or remove and switch those it has"),
		Long: a.say("先删除和开关，再添加文件中的编辑；要么全部成功，要么不改动。文件格式与 yiju scenario export 写出的 GeoJSON 相同。",
			"Removes and switches first, then adds the edits of the file: all of it or nothing. The file is GeoJSON as yiju scenario export writes it."),
		Example: "  yiju scenario edit s-3k9f2mq7 gate.geojson --store city.gpkg\n  yiju scenario edit s-3k9f2mq7 --off 2,3 --store city.gpkg",
		Args:    cobra.RangeArgs(1, 2),
		RunE: a.onBook(func(ctx context.Context, store layers.Store, book *scenario.Book, args []string) error {
			steps, err := stepsOf(args[1:], remove, off, on)
			if err != nil {
				return err
			}
			if err := scenario.CheckPlaces(ctx, store, scenario.Brought(steps)); err != nil {
				return err
			}
			if len(steps) == 0 {
				return usageError{errors.New(a.say("缺少文件或 --remove、--off、--on", "a file, --remove, --off or --on is missing"))}
			}
			s, made, err := book.Edit(ctx, args[0], scenario.Order{Author: author, Steps: steps})
			if err != nil {
				return err
			}
			net, err := book.Net(ctx, s)
			if err != nil {
				return err
			}
			fmt.Fprintf(a.stdout, a.say("新增编辑 %d 个，共 %d 个，内容 %s\n", "%d edits added, %d in all, content %s\n"), len(made), len(s.Edits), a.shortHash(net.Hash()))
			return nil
		}),
	}
	f := cmd.Flags()
	f.Int64SliceVar(&remove, "remove", nil, a.say("删除这些序号的编辑", "take away the edits of these numbers"))
	f.Int64SliceVar(&off, "off", nil, a.say("关闭这些序号的编辑", "switch off the edits of these numbers"))
	f.Int64SliceVar(&on, "on", nil, a.say("打开这些序号的编辑", "switch on the edits of these numbers"))
	a.authorFlag(cmd, &author)
	return cmd
}

// stepsOf makes steps of a command line.
func stepsOf(files []string, remove, off, on []int64) ([]scenario.Step, error) {
	var steps []scenario.Step
	if len(remove) > 0 {
		steps = append(steps, scenario.Step{Do: scenario.Remove, Seqs: remove})
	}
	if len(off) > 0 {
		steps = append(steps, scenario.Step{Do: scenario.Switch, Seqs: off, Off: true})
	}
	if len(on) > 0 {
		steps = append(steps, scenario.Step{Do: scenario.Switch, Seqs: on})
	}
	for _, path := range files {
		f, err := os.Open(path)
		if err != nil {
			return nil, geo.Refuse(geo.Tf("无法读取文件 %s", "file %s cannot be read", path), geo.T("检查路径和权限", "check the path and the rights")).Because(err)
		}
		p, err := exchange.ReadGeoJSON(f, filepath.Base(path))
		f.Close()
		if err != nil {
			return nil, err
		}
		for i := range p.Scenario.Edits {
			steps = append(steps, scenario.Step{Do: scenario.Append, Edit: &p.Scenario.Edits[i]})
		}
	}
	return steps, nil
}

func newScenarioRebaseCommand(a *app) *cobra.Command {
	var (
		to          int64
		author, all string
		takes       []string
	)
	cmd := &cobra.Command{
		Use: "rebase ID", Short: a.say("让方案跟上已变动的现状", "Lay a scenario over the place as it is by now"),
		Long: a.say("只有一方改过的属性自动保留；双方改成不同值的逐项列出，需用 --take 或 --all 决定，之前不写入任何内容。",
			"What one side alone has changed is kept. What both changed to something else is listed, and waits for --take or --all; until then nothing is written."),
		Example: "  yiju scenario rebase s-3k9f2mq7 --take cameras/cam-001/height_m=ours --store city.gpkg",
		Args:    cobra.ExactArgs(1),
		RunE: a.onBook(func(ctx context.Context, _ layers.Store, book *scenario.Book, args []string) error {
			order := scenario.RebaseOrder{Author: author, To: layers.Revision(to)}
			var err error
			if order.Answers, err = answersOf(takes); err != nil {
				return err
			}
			out, err := book.Rebase(ctx, args[0], order)
			if err == nil && !out.Done && all != "" {
				if all != string(scenario.TakeOurs) && all != string(scenario.TakeTheirs) {
					return usageError{fmt.Errorf("--all %q: ours | theirs", all)}
				}
				for _, c := range out.Conflicts {
					order.Answers = append(order.Answers, scenario.Answer{Layer: c.Layer, ID: c.ID, Field: c.Field, Take: scenario.Take(all)})
				}
				order.To = out.To
				out, err = book.Rebase(ctx, args[0], order)
			}
			if err != nil {
				return err
			}
			return a.printRebased(out)
		}),
	}
	f := cmd.Flags()
	f.Int64Var(&to, "to", 0, a.say("新的基准版本，默认最新", "the revision to lay it over; the newest unless given"))
	f.StringArrayVar(&takes, "take", nil, a.say("决定一项冲突：图层/标识[/字段]=ours（方案）或 theirs（现状），可重复", "settle a conflict: LAYER/ID[/FIELD]=ours (the scenario) or theirs (the base), repeatable"))
	f.StringVar(&all, "all", "", a.say("其余冲突一律取 ours 或 theirs", "settle all other conflicts: ours or theirs"))
	a.authorFlag(cmd, &author)
	return cmd
}

// answersOf reads answers such as cameras/cam-001/height_m=ours. An id may have slashes
// itself; a field has none, and may be left out with its slash kept: cameras/a/b/=ours.
func answersOf(takes []string) ([]scenario.Answer, error) {
	var out []scenario.Answer
	for _, text := range takes {
		eq := strings.LastIndexByte(text, '=')
		layer, rest, ok := strings.Cut(text[:max(eq, 0)], "/")
		if eq < 0 || !ok || rest == "" {
			return nil, usageError{fmt.Errorf("--take %q: LAYER/ID[/FIELD]=ours|theirs", text)}
		}
		answer := scenario.Answer{Layer: layer, ID: rest, Take: scenario.Take(text[eq+1:])}
		if slash := strings.LastIndexByte(rest, '/'); slash >= 0 {
			answer.ID, answer.Field = rest[:slash], rest[slash+1:]
		}
		if answer.Take != scenario.TakeOurs && answer.Take != scenario.TakeTheirs {
			return nil, usageError{fmt.Errorf("--take %q: ours | theirs", text)}
		}
		out = append(out, answer)
	}
	return out, nil
}

func (a *app) printRebased(out *scenario.Rebased) error {
	switch {
	case out.Done && out.From == out.To:
		fmt.Fprintf(a.stdout, a.say("方案已在最新的版本 %d 上\n", "it lies over revision %d already\n"), out.To)
		return nil
	case out.Done:
		fmt.Fprintf(a.stdout, a.say("方案的基准版本由 %d 改为 %d\n", "laid over revision %[2]d; it was %[1]d\n"), out.From, out.To)
		return nil
	}
	rows := [][]string{{a.say("冲突", "conflict"), a.say("原值", "was"), a.say("方案", "ours"), a.say("现状", "theirs")}}
	for _, c := range out.Conflicts {
		what := c.Layer + "/" + c.ID
		if c.Field != "" {
			what += "/" + c.Field
		}
		rows = append(rows, []string{what, a.side(c.Ancestor), a.side(c.Ours), a.side(c.Theirs)})
	}
	a.printRows(rows)
	return geo.Refuse(geo.Tf("%d 项双方都改过，未写入任何内容", "both sides changed %d things; nothing was written", len(out.Conflicts)),
		geo.T("用 --take 图层/标识/字段=ours 或 theirs 逐项决定，或用 --all 一律取一方", "settle each with --take LAYER/ID/FIELD=ours or theirs, or all with --all"))
}

// side words what one side of a conflict has.
func (a *app) side(v any) string {
	switch v := v.(type) {
	case nil:
		return a.say("未知", "unknown")
	case *geo.Feature:
		if v == nil {
			return a.say("无", "nothing")
		}
		return a.say("有", "there")
	case *scenario.Place:
		if v == nil || v.Geometry == nil {
			return a.say("无几何", "no geometry")
		}
		return v.Geometry.GeoJSONType()
	}
	return fmt.Sprint(v)
}

func newScenarioApproveCommand(a *app) *cobra.Command {
	var by, hash string
	cmd := &cobra.Command{
		Use: "approve ID", Short: a.say("批准方案的当前内容", "Approve the present content of a scenario"),
		Long: a.say("--hash 是批准人看到的内容（yiju scenario show 显示，至少 8 位）；内容此后变过则拒绝。",
			"--hash is the content that the approver saw, as yiju scenario show tells it, 8 characters at the least; it is refused when the content has changed since."),
		Args: cobra.ExactArgs(1),
		RunE: a.onBook(func(ctx context.Context, _ layers.Store, book *scenario.Book, args []string) error {
			const least = 8
			if len(hash) < least {
				return usageError{fmt.Errorf("--hash %q: "+a.say("至少 %d 位", "%d characters at the least"), hash, least)}
			}
			s, err := book.Get(ctx, args[0])
			if err != nil {
				return err
			}
			net, err := book.Net(ctx, s)
			if err != nil {
				return err
			}
			if strings.HasPrefix(net.Hash(), hash) {
				hash = net.Hash()
			}
			if s, err = book.Approve(ctx, args[0], by, hash); err != nil {
				return err
			}
			fmt.Fprintf(a.stdout, "%s [%s]  %s  %s\n", s.Name, s.ID, a.state(s.State), a.shortHash(s.ApprovedHash))
			return nil
		}),
	}
	cmd.Flags().StringVar(&by, "by", "", a.say("批准人", "who approves"))
	cmd.Flags().StringVar(&hash, "hash", "", a.say("批准的内容", "the content that is approved"))
	_ = cmd.MarkFlagRequired("by")
	_ = cmd.MarkFlagRequired("hash")
	return cmd
}

func newScenarioAdoptCommand(a *app) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use: "adopt ID", Short: a.say("把已批准的方案写入现状", "Make an approved scenario part of the place"), Args: cobra.ExactArgs(1),
		RunE: a.onBook(func(ctx context.Context, _ layers.Store, book *scenario.Book, args []string) error {
			at, err := book.Adopt(ctx, args[0], by)
			if err != nil {
				return err
			}
			fmt.Fprintf(a.stdout, a.say("方案 %s 已采纳为版本 %d\n", "scenario %s was adopted as revision %d\n"), args[0], at)
			return nil
		}),
	}
	cmd.Flags().StringVar(&by, "by", "", a.say("采纳人", "who adopts it"))
	_ = cmd.MarkFlagRequired("by")
	return cmd
}

// newScenarioCostsCommand gives unit costs, which are the user's: the program has none.
func newScenarioCostsCommand(a *app) *cobra.Command {
	author, currency := nobody, "CNY"
	cmd := &cobra.Command{
		Use: "costs ID [KIND=AMOUNT…]", Short: a.say("列出或设定方案的单价", "List or set the unit costs of a scenario"),
		Long: a.say("类别见 yiju scenario palette；按件、按米还是按平方米计由类别决定。给出的单价替换同类别的旧值，KIND= 删除。",
			"yiju scenario palette lists the kinds, which also say whether things, metres or square metres are counted. A unit cost takes the place of the one of its kind; KIND= takes it away."),
		Example: "  yiju scenario costs s-3k9f2mq7 camera=3200 footpath=450 --store city.gpkg",
		Args:    cobra.MinimumNArgs(1),
		RunE: a.onBook(func(ctx context.Context, _ layers.Store, book *scenario.Book, args []string) error {
			s, err := book.Get(ctx, args[0])
			if err != nil {
				return err
			}
			costs, err := a.costsOf(s.Costs, args[1:], currency)
			if err != nil {
				return err
			}
			if len(args) > 1 {
				if s, err = book.Describe(ctx, args[0], scenario.Description{Author: author, Seen: s.Version, Costs: &costs}); err != nil {
					return err
				}
			}
			rows := [][]string{{a.say("类别", "kind"), a.say("单价", "unit cost"), a.say("计价单位", "for each")}}
			for _, c := range s.Costs {
				rows = append(rows, []string{c.Kind, strconv.FormatFloat(c.Amount, 'f', -1, 64) + " " + c.Currency, string(c.Per)})
			}
			a.printRows(rows)
			return nil
		}),
	}
	cmd.Flags().StringVar(&currency, "currency", currency, a.say("币种", "the currency"))
	a.authorFlag(cmd, &author)
	return cmd
}

// costsOf lays KIND=AMOUNT over unit costs.
func (a *app) costsOf(costs []scenario.Cost, pairs []string, currency string) ([]scenario.Cost, error) {
	entries, err := pipeline.Palette()
	if err != nil {
		return nil, err
	}
	out := slices.Clone(costs)
	for _, pair := range pairs {
		kind, text, ok := strings.Cut(pair, "=")
		i := slices.IndexFunc(entries, func(e pipeline.PaletteEntry) bool { return e.ID == kind })
		if !ok || i < 0 {
			return nil, usageError{fmt.Errorf("%q: KIND=AMOUNT; "+a.say("类别见 yiju scenario palette", "yiju scenario palette lists the kinds"), pair)}
		}
		out = slices.DeleteFunc(out, func(c scenario.Cost) bool { return c.Kind == kind })
		if text == "" {
			continue
		}
		amount, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, usageError{fmt.Errorf("%q: %q is not a number", pair, text)}
		}
		out = append(out, scenario.Cost{Kind: kind, Amount: amount, Currency: currency, Per: scenario.Per(entries[i].Per)})
	}
	return out, nil
}

func newScenarioPaletteCommand(a *app) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use: "palette", Short: a.say("列出方案中可放置的内容", "List what can be put into a scenario"), Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			entries, err := pipeline.Palette()
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(a.stdout, entries)
			}
			rows := [][]string{{a.say("类别", "kind"), a.say("名称", "title"), a.say("图层", "layer"), a.say("计价单位", "priced by")}}
			for i := range entries {
				e := &entries[i]
				rows = append(rows, []string{e.ID, e.Title.In(a.lang), e.Layer, e.Per})
			}
			a.printRows(rows)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, a.say("以 JSON 输出", "print JSON"))
	return cmd
}
