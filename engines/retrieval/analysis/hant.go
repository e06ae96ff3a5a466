package analysis

import "unicode/utf8"

// Traditional Chinese characters that are frequent in writing about health
// and public life, and the simplified ones at the same places.
const (
	traditional = "亂亞來倉個們側偵備傳傷傾僅價儀億優儲兒內兩冊凍別則剛創劃劇劑動務勝勞勢勵區協卻厭" +
		"參員問單嗎嚴囑國圍園圓圖團執報場塊塗壓壞壯壽夠夢奪奮婦媽孫學實寧審寫寬寶將專尋對" +
		"導屆層屬島師帶幣幫幾庫廁廠廢廣廳強彈彙後徑從復徵徹恆悶愛態慣慮憂憶應懷戰戲戶拋掃" +
		"掛採換揮損搖搶撐撥擁擇擊擔據擴擾攜攝敗敵數斷於時晝暈暫書會東條極構槍樂樓標樣樹橋" +
		"機檢櫃權歐歡歲歷歸殘殺殼毀氣決沒淚淨淺減測準溝溫溼滅滬漢漲漸潔濃濕濟濾灣災為無煙" +
		"煩熱燈燒爐爭爺牆牽狀獨獲獵現環產畢畫異當疊瘧療癢癥發盡監盤眾睜矯確碼禍禮種稱積穩" +
		"窩窮競筆節範築簡糧糾紀約紅純紗紙級細終組結絕給統經綠維網緊線緣編緩練縣縮總績織繞" +
		"繼續罰羅義習聖聯聲職聽肅脈腎腦腫腸膚膠膽臟臨與舉舊艱莊華萬葉著蓋藥蘇處虛號虧蟲術" +
		"衛衝補裝製複見規視親覺覽觀觸訂計訊訓記訪設許診評詞詢試話該詳誌認語誤說誰課調談請" +
		"論諮講謝證識譯議護讀變讓豬負財貧貨販責費資賣質賴購贈趕趙跡踐軍軟載輔輕輪輸轉辦農" +
		"這連週進運過達遠適遷選還邊郵鄉鄰醫醬釋針鈉銀鋪錄錢鍵鎮鏡鐘鐵長門閉開間閱關陰陽隊" +
		"階際隨險隱隻雖雙雜雞離難雲電霧靈靜響頁項順須預頭頸頻顆題額顏願類顧顯風飛飯飲養餘" +
		"館馬驗驚髒體鬆鬥魚鮮鳥麥黃點黨齊齒龍龜"
	simplified = "乱亚来仓个们侧侦备传伤倾仅价仪亿优储儿内两册冻别则刚创划剧剂动务胜劳势励区协却厌" +
		"参员问单吗严嘱国围园圆图团执报场块涂压坏壮寿够梦夺奋妇妈孙学实宁审写宽宝将专寻对" +
		"导届层属岛师带币帮几库厕厂废广厅强弹汇后径从复征彻恒闷爱态惯虑忧忆应怀战戏户抛扫" +
		"挂采换挥损摇抢撑拨拥择击担据扩扰携摄败敌数断于时昼晕暂书会东条极构枪乐楼标样树桥" +
		"机检柜权欧欢岁历归残杀壳毁气决没泪净浅减测准沟温湿灭沪汉涨渐洁浓湿济滤湾灾为无烟" +
		"烦热灯烧炉争爷墙牵状独获猎现环产毕画异当叠疟疗痒症发尽监盘众睁矫确码祸礼种称积稳" +
		"窝穷竞笔节范筑简粮纠纪约红纯纱纸级细终组结绝给统经绿维网紧线缘编缓练县缩总绩织绕" +
		"继续罚罗义习圣联声职听肃脉肾脑肿肠肤胶胆脏临与举旧艰庄华万叶着盖药苏处虚号亏虫术" +
		"卫冲补装制复见规视亲觉览观触订计讯训记访设许诊评词询试话该详志认语误说谁课调谈请" +
		"论咨讲谢证识译议护读变让猪负财贫货贩责费资卖质赖购赠赶赵迹践军软载辅轻轮输转办农" +
		"这连周进运过达远适迁选还边邮乡邻医酱释针钠银铺录钱键镇镜钟铁长门闭开间阅关阴阳队" +
		"阶际随险隐只虽双杂鸡离难云电雾灵静响页项顺须预头颈频颗题额颜愿类顾显风飞饭饮养余" +
		"馆马验惊脏体松斗鱼鲜鸟麦黄点党齐齿龙龟"
)

// simplifiedOf maps traditional characters to simplified ones.
var simplifiedOf = func() map[rune]rune {
	to := []rune(simplified)
	m := make(map[rune]rune, len(to))
	for i, r := range []rune(traditional) {
		m[r] = to[i]
	}
	return m
}()

// foldGram joins variants inside n-grams of scripts without spaces:
// traditional Chinese characters become simplified ones.
func foldGram(gram string) string {
	changed := false
	for _, r := range gram {
		if _, ok := simplifiedOf[r]; ok {
			changed = true
			break
		}
	}
	if !changed {
		return gram
	}
	out := make([]byte, 0, len(gram))
	for _, r := range gram {
		if to, ok := simplifiedOf[r]; ok {
			r = to
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}
